// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "weir/base/clock.h"

namespace weir::influxwrite {

// What an InfluxDB has made of a write.
enum class Verdict : std::uint8_t {
  Written,
  Partial,     // all but some of its points, which no repetition brings in
  Refused,     // for good
  NoDatabase,  // which may be made
  TooLarge,    // in pieces it may be taken
  NotNow,      // the same bytes are to be sent again
};

struct Answer {
  Verdict verdict = Verdict::Refused;
  // What the server says, of which people read the beginning; "" when it says nothing.
  std::string message;
  // Partial: how many points it says it has not taken.
  std::uint64_t dropped = 0;
  // NotNow: how long the server asks to wait.
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
};

// Reads the answer to a write, of version 1 or 2: its status, its field `Retry-After` ("" without
// one; seconds or a date of RFC 9110, of which `now` is the other end) and its body, any bytes.
[[nodiscard]] Answer read_answer(unsigned status, std::string_view retry_after,
                                 std::string_view body, base::UnixTime now);

}  // namespace weir::influxwrite
