// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "weir/base/ascii.h"

namespace weir::base {

// Integers of so many digits, and powers of ten up to that, are exact doubles: one division rounds
// correctly.
inline constexpr std::size_t kExactDigits = 15;
inline constexpr std::array<double, kExactDigits + 1> kPowersOfTen = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// Reads the whole of `text` as an unsigned decimal of few digits, `120` or `0.75`: most of what
// arrives. False, and `number` as it was, for any other text; `parse_number` reads all.
inline bool read_short_decimal(std::string_view text, double& number) {
  if (text.size() > kExactDigits + 1) return false;
  std::uint64_t digits = 0;
  std::size_t count = 0;
  std::size_t point = text.size();
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_digit(text[at])) {
      digits = digits * 10 + static_cast<std::uint64_t>(text[at] - '0');
      ++count;
    } else if (text[at] == '.' && point == text.size()) {
      point = at;
    } else {
      return false;
    }
  }
  if (count == 0 || count > kExactDigits) return false;
  const std::size_t decimals = point == text.size() ? 0 : text.size() - point - 1;
  number = static_cast<double>(digits) / kPowersOfTen[decimals];
  return true;
}

}  // namespace weir::base
