// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::base {

// How the text of a number reads.
enum class NumberFault : std::uint8_t {
  None,    // the text is a number
  Syntax,  // the text is not a number; the value is 0
  Range,   // the text is a number beyond double; the value is +Inf or -Inf
};

struct Number {
  double value = 0;
  NumberFault fault = NumberFault::None;
};

// Reads the whole of `text` by the number grammar of the reference (behaviour line.numbers):
// decimal with optional exponent, leading or trailing point, hexadecimal floats with a `p`
// exponent, single underscores between digits, unsigned `nan`, `inf` and `infinity` with optional
// sign and any case. Rounds to nearest even. Underflow is 0. Never allocates; independent of the
// locale.
[[nodiscard]] Number parse_number(std::string_view text);

// Appends `value` as Prometheus text exposition writes it (behaviour page.numbers): shortest digits
// that read back the same; exponent form iff the decimal exponent is below -4 or at least 6.
// Specials are NaN, +Inf and -Inf; both zeros are `0`. Independent of the locale.
void append_number(std::string& out, double value);

// No number is longer: `-1.7976931348623157e+308` is one of the longest.
inline constexpr std::size_t kNumberTextMax = 32;

// Writes the same to `to`, which has room for `kNumberTextMax`, and returns its end.
char* write_number(char* to, double value);

// Appends `value` in lower-case hexadecimal digits, with zeros in front up to `digits_min` of them.
void append_hex(std::string& out, std::uint64_t value, std::size_t digits_min = 1);

}  // namespace weir::base
