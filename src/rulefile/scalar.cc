// SPDX-License-Identifier: Apache-2.0
#include "rulefile/scalar.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <limits>
#include <string>
#include <system_error>

#include "weir/base/ascii.h"
#include "weir/base/number.h"

namespace weir::rulefile {

namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

std::optional<double> special_of(std::string_view text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return std::numeric_limits<double>::quiet_NaN();
  const double sign = text.starts_with('-') ? -1 : 1;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (is_one_of(text, {".inf", ".Inf", ".INF"})) return sign * kInfinity;
  return std::nullopt;
}

// The base that a prefix asks for; the prefix is taken off.
int take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  int base = 8;
  switch (digits[1]) {
    case 'x':
    case 'X': base = 16; break;
    case 'b':
    case 'B': base = 2; break;
    case 'o':
    case 'O': break;
    default: digits.remove_prefix(1); return base;
  }
  digits.remove_prefix(2);
  return base;
}

std::optional<ScalarNumber> integer_of(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  const int base = take_base(text);
  std::uint64_t magnitude = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), magnitude, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;

  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  ScalarNumber number;
  number.real = static_cast<double>(magnitude) * (is_negative ? -1 : 1);
  if (magnitude > kMax) return number;
  number.integer = static_cast<std::int64_t>(magnitude) * (is_negative ? -1 : 1);
  number.is_integer = true;
  return number;
}

std::size_t count_digits(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, base::is_digit);
  return static_cast<std::size_t>(end - text.begin());
}

// Sign, digits with an optional point among or around them, optional exponent.
bool is_decimal(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto whole = count_digits(text);
  text.remove_prefix(whole);
  std::size_t fraction = 0;
  if (text.starts_with('.')) {
    fraction = count_digits(text.substr(1));
    text.remove_prefix(1 + fraction);
  }
  if (whole + fraction == 0) return false;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && count_digits(text) == text.size();
}

}  // namespace

std::optional<bool> bool_of_scalar(std::string_view text) {
  if (is_one_of(text, {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"})) {
    return true;
  }
  if (is_one_of(text,
                {"n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"})) {
    return false;
  }
  return std::nullopt;
}

std::optional<ScalarNumber> number_of_scalar(std::string_view text) {
  if (const auto special = special_of(text)) return ScalarNumber{*special, 0, false};
  if (text.empty() || !(base::is_digit(text[0]) || is_one_of(text.substr(0, 1), {"+", "-", "."}))) {
    return std::nullopt;
  }
  std::string plain(text);
  // A number that begins with a point takes no underscores.
  if (text[0] != '.') std::erase(plain, '_');
  if (const auto integer = integer_of(plain)) return integer;
  if (!is_decimal(plain)) return std::nullopt;
  const auto number = base::parse_number(plain);
  if (number.fault != base::NumberFault::None) return std::nullopt;
  return ScalarNumber{number.value, 0, false};
}

}  // namespace weir::rulefile
