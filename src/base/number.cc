// SPDX-License-Identifier: Apache-2.0
#include "weir/base/number.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <system_error>

#include "weir/base/ascii.h"
#include "weir/base/short_decimal.h"

namespace weir::base {
namespace {

// Longer texts go the slow way, whose work does not depend on the library.
constexpr std::size_t kShortTextMax = 64;

// A decimal needs at most 767 digits, and to know whether more follow, to be rounded correctly.
constexpr std::size_t kDigitsMax = 800;
// The reference stops reading exponents here, so that long zeros cannot balance a longer exponent.
constexpr std::int64_t kExponentMax = 10'000;
// Decimals with the point further than this from the first digit overflow or vanish whatever the
// digits are.
constexpr std::int64_t kPointMax = 400;
// The same for hexadecimals, in bits.
constexpr std::int64_t kBitPointMax = 1'200;

// Decimals with more digits than `read_short_decimal` takes, or an exponent, but not many. Declines
// what it does not read whole or finite.
std::optional<double> common_decimal(std::string_view text) {
  if (text.empty() || text.size() > kShortTextMax) return std::nullopt;
  if (!is_digit(text.front()) && text.front() != '.') return std::nullopt;
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

// Underscores are between digits, or between the prefix `0x` and a digit. `text` has no sign.
bool are_underscores_placed(std::string_view text) {
  const bool is_hex = text.size() >= 2 && text[0] == '0' && to_lower(text[1]) == 'x';
  enum class Last { Digit, Underscore, Other } last = is_hex ? Last::Digit : Last::Other;
  for (const char c : text.substr(is_hex ? 2 : 0)) {
    const bool digit = is_digit(c) || (is_hex && hex_value(c) >= 0);
    if (c == '_' ? last != Last::Digit : (!digit && last == Last::Underscore)) return false;
    last = digit ? Last::Digit : (c == '_' ? Last::Underscore : Last::Other);
  }
  return last != Last::Underscore;
}

// The slow way for unsigned numbers: brings the text into the form DIGITSeEXPONENT (or p), without
// leading zeros and with no more digits than can matter, and has that converted.
class NumberReader {
 public:
  Number read(std::string_view text) {
    if (text.find('_') != std::string_view::npos && !are_underscores_placed(text)) return syntax();
    // The prefix alone is no hexadecimal number: as in the reference, something must follow it.
    is_hex_ = text.size() > 2 && text[0] == '0' && to_lower(text[1]) == 'x';
    if (is_hex_) text.remove_prefix(2);
    if (!take_mantissa(text) || !take_exponent(text) || !text.empty()) return syntax();
    return convert();
  }

 private:
  static Number syntax() { return {0, NumberFault::Syntax}; }

  void add_digit(char c) {
    if (c == '0' && size_ == 0) {
      --point_;
    } else if (size_ < kDigitsMax) {
      text_[size_++] = c;
    } else {
      ++dropped_;
      is_cut_ |= c != '0';
    }
  }

  // Moves past digits, underscores and one point. `point_` becomes the place of the point, counted
  // in digits from the first digit that is not zero.
  bool take_mantissa(std::string_view& text) {
    bool saw_digit = false;
    bool saw_point = false;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      if (c == '.' && !saw_point) {
        saw_point = true;
        point_ += static_cast<std::int64_t>(size_ + dropped_);
      } else if (is_digit(c) || (is_hex_ && hex_value(c) >= 0)) {
        saw_digit = true;
        // Leading zeros before the point do not move it.
        if (c != '0' || size_ != 0 || saw_point) add_digit(c);
      } else if (c != '_') {
        break;
      }
    }
    if (!saw_point) point_ = static_cast<std::int64_t>(size_ + dropped_);
    text.remove_prefix(at);
    return saw_digit;
  }

  // A hexadecimal number must have its exponent.
  bool take_exponent(std::string_view& text) {
    if (text.empty() || to_lower(text.front()) != (is_hex_ ? 'p' : 'e')) return !is_hex_;
    text.remove_prefix(1);
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || !is_digit(text.front())) return false;
    std::size_t at = 0;
    for (; at < text.size() && (is_digit(text[at]) || text[at] == '_'); ++at) {
      if (text[at] != '_' && exponent_ < kExponentMax)
        exponent_ = exponent_ * 10 + (text[at] - '0');
    }
    if (is_negative) exponent_ = -exponent_;
    text.remove_prefix(at);
    return true;
  }

  Number convert() {
    if (size_ == 0) return {};
    const std::int64_t point = (is_hex_ ? 4 * point_ : point_) + exponent_;
    const std::int64_t point_max = is_hex_ ? kBitPointMax : kPointMax;
    if (point > point_max) return overflow();
    if (point < -point_max) return {};
    // A last digit represents all that were cut off: it keeps halfway cases from looking exact.
    if (is_cut_) text_[size_++] = '1';
    const auto digits = static_cast<std::int64_t>(size_);
    return convert_text(point - (is_hex_ ? 4 * digits : digits), point > 0);
  }

  Number convert_text(std::int64_t exponent, bool is_large) {
    char* end = text_.data() + size_;
    *end++ = is_hex_ ? 'p' : 'e';
    end = std::to_chars(end, text_.data() + text_.size(), exponent).ptr;
    double value = 0;
    const auto format = is_hex_ ? std::chars_format::hex : std::chars_format::general;
    const auto [stop, error] = std::from_chars(text_.data(), end, value, format);
    assert(stop == end);
    // The library does not say which way a number left the range, and may leave the value as it
    // was.
    if (error == std::errc::result_out_of_range) return is_large ? overflow() : Number{};
    return std::isinf(value) ? overflow() : Number{value, NumberFault::None};
  }

  static Number overflow() { return {std::numeric_limits<double>::infinity(), NumberFault::Range}; }

  // The digits, one for those cut off, the exponent letter and the exponent.
  static constexpr std::size_t kTextMax = kDigitsMax + 32;

  std::array<char, kTextMax> text_;
  std::size_t size_ = 0;
  std::size_t dropped_ = 0;
  bool is_cut_ = false;
  bool is_hex_ = false;
  std::int64_t point_ = 0;
  std::int64_t exponent_ = 0;
};

// Kept out of line so that its stack frame costs the common numbers nothing.
[[gnu::noinline]] Number uncommon_number(std::string_view text) {
  if (const auto value = common_decimal(text)) return {*value, NumberFault::None};
  if (equals_ignoring_case(text, "inf") || equals_ignoring_case(text, "infinity")) {
    return {std::numeric_limits<double>::infinity(), NumberFault::None};
  }
  NumberReader reader;
  return reader.read(text);
}

char* copy(char* to, std::string_view text) { return std::copy(text.begin(), text.end(), to); }

// Integers below this are spaced so closely among doubles that no shorter digits read back as one:
// they are written without a search for the shortest.
constexpr double kWholeEnd = 1e15;

// `whole` has two digits at least and 15 at most.
char* write_whole_with_exponent(char* to, std::uint64_t whole) {
  // One place is left for the point.
  char* end = std::to_chars(to + 1, to + kNumberTextMax, whole).ptr;
  const auto exponent = static_cast<int>(end - to - 2);
  to[0] = to[1];
  to[1] = '.';
  while (end[-1] == '0') --end;
  if (end == to + 2) --end;
  end = copy(end, exponent < 10 ? "e+0" : "e+");
  return std::to_chars(end, to + kNumberTextMax, exponent).ptr;
}

}  // namespace

Number parse_number(std::string_view text) {
  if (equals_ignoring_case(text, "nan")) {
    return {std::numeric_limits<double>::quiet_NaN(), NumberFault::None};
  }
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  Number number;
  if (!read_short_decimal(text, number.value)) number = uncommon_number(text);
  if (is_negative) number.value = -number.value;
  return number;
}

char* write_number(char* to, double value) {
  // Decimal exponents -4 to 5 are written without exponent. Shortest digits never cross these
  // bounds, for both are doubles of one digit themselves.
  constexpr double kPlainMin = 1e-4;
  constexpr double kPlainEnd = 1e6;

  // Most are whole. -0 is not below 0 either.
  if (value >= 0 && value < kWholeEnd) {
    const auto whole = static_cast<std::uint64_t>(value);
    if (static_cast<double>(whole) == value) {
      return value < kPlainEnd ? std::to_chars(to, to + kNumberTextMax, whole).ptr
                               : write_whole_with_exponent(to, whole);
    }
  }
  if (std::isnan(value)) return copy(to, "NaN");
  if (std::isinf(value)) return copy(to, value > 0 ? "+Inf" : "-Inf");
  const double size = std::abs(value);
  const auto format = size >= kPlainMin && size < kPlainEnd ? std::chars_format::fixed
                                                            : std::chars_format::scientific;
  return std::to_chars(to, to + kNumberTextMax, value, format).ptr;
}

void append_number(std::string& out, double value) {
  std::array<char, kNumberTextMax> text;
  out.append(text.data(), write_number(text.data(), value));
}

void append_hex(std::string& out, std::uint64_t value, std::size_t digits_min) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), value, 16).ptr;
  const auto size = static_cast<std::size_t>(end - digits.begin());
  out.append(digits_min - std::min(size, digits_min), '0').append(digits.data(), size);
}

}  // namespace weir::base
