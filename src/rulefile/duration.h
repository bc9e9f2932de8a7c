// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace weir::rulefile {

// A duration in Go's syntax: an optional sign and one or more decimal numbers, each with a unit of
// ns, us, ms, s, m, h; or a bare `0`. Nothing when the text is none, or beyond about 292 years.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace weir::rulefile
