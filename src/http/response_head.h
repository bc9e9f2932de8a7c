// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "weir/http/request.h"

namespace weir::http {

enum class Version : std::uint8_t { Http10, Http11 };

// Where the body ends: after its length, after the last chunk, or with the connection. `None` says
// nothing: for HEAD, when GET would not say the length either.
enum class Framing : std::uint8_t { None, Length, Chunked, UntilClose };

struct ResponseHead {
  Version version = Version::Http11;
  unsigned status = 200;
  Framing framing = Framing::None;
  std::size_t body_bytes = 0;  // for Framing::Length
  bool keeps_alive = true;
};

// Writes the status line and the header fields, with the empty line after them.
[[nodiscard]] std::string format_head(const ResponseHead& head, const std::vector<Field>& fields,
                                      std::time_t now);

// `Sat, 21 Nov 2026 13:22:54 GMT`, in any locale.
[[nodiscard]] std::string format_date(std::time_t now);

}  // namespace weir::http
