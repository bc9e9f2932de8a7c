// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "weir/base/result.h"

namespace weir::base {

// Which units a duration may have.
enum class DurationUnits : std::uint8_t {
  ToHours,  // ns, us, ms, s, m, h: those of Go
  ToWeeks,  // these, d and w
};

enum class DurationFault : std::uint8_t {
  Syntax,
  Range,  // beyond about 292 years
};

// Reads a duration in Go's syntax: an optional sign and one or more decimal numbers, each with a
// unit; or a bare `0`. What is smaller than a nanosecond is cut off. Never allocates. Any thread.
[[nodiscard]] Result<std::chrono::nanoseconds, DurationFault> parse_duration(std::string_view text,
                                                                             DurationUnits units);

}  // namespace weir::base
