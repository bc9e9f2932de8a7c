// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::app {

// How a command prints: for people, or for programs. The choices of its flag --format.
enum class Format : std::uint8_t { Text, Json };
// In the order of Format.
inline constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};

}  // namespace weir::app
