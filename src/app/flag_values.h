// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::app {

// Values of flags as the reference reads them (reference 1.1). All throw FlagError with its texts.

// A float, truncated; what an int64 cannot hold becomes its minimum, as on the reference's usual
// machine.
[[nodiscard]] std::int64_t parse_truncated(std::string_view text);

// Digits with an optional base prefix (`0x`, `0o`, `0b`, `0`) and single underscores; no sign.
[[nodiscard]] std::uint64_t parse_unsigned(std::string_view text);

// `200ms`, `1h30m`: the shortest form that `parse_duration` reads back.
[[nodiscard]] std::string duration_text(std::chrono::nanoseconds duration);

}  // namespace weir::app
