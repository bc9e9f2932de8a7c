// SPDX-License-Identifier: Apache-2.0
#include "suggest/segment_shape.h"

#include <algorithm>
#include <array>

#include "weir/base/ascii.h"

namespace weir::suggest {

namespace {

bool is_hex(char c) { return base::hex_value(c) >= 0; }

bool has_only(std::string_view text, bool (*is_in)(char)) {
  return !text.empty() && std::ranges::all_of(text, is_in);
}

bool is_digits(std::string_view text) { return has_only(text, base::is_digit); }

bool is_uuid(std::string_view text) {
  constexpr std::size_t kSize = 36;
  constexpr std::array<std::size_t, 4> kDashes{8, 13, 18, 23};
  if (text.size() != kSize) return false;
  for (std::size_t i = 0; i < kSize; ++i) {
    const bool is_dash = std::ranges::find(kDashes, i) != kDashes.end();
    if (is_dash ? text[i] != '-' && text[i] != '_' : !is_hex(text[i])) return false;
  }
  return true;
}

// Short words such as `facade` or `deadbeef` have no digit, short numbers no letter.
bool is_hash(std::string_view text) {
  constexpr std::size_t kSizeMin = 8;
  return text.size() >= kSizeMin && has_only(text, is_hex) &&
         std::ranges::any_of(text, base::is_digit) && std::ranges::any_of(text, base::is_letter);
}

// `2026-11-29` or with `_`, with whatever comes after it, and `20261129`.
bool is_day(std::string_view text) {
  constexpr std::size_t kSize = 10;
  if (text.size() == 8 && is_digits(text)) return text.starts_with("20");
  return text.size() >= kSize && text.starts_with("20") && is_digits(text.substr(0, 4)) &&
         !base::is_alphanumeric(text[4]) && is_digits(text.substr(5, 2)) && text[7] == text[4] &&
         is_digits(text.substr(8, 2));
}

Shape shape_of_digits(std::string_view text) {
  constexpr std::size_t kUnixTimeSize = 10;
  if (is_day(text) || (text.size() >= kUnixTimeSize && text.front() == '1')) return Shape::Date;
  return text.size() == 3 && text.front() >= '1' && text.front() <= '5' ? Shape::StatusCode
                                                                        : Shape::Number;
}

bool is_method(std::string_view text) {
  constexpr auto kMethods = std::to_array<std::string_view>(
      {"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT"});
  return std::ranges::find(kMethods, text) != kMethods.end();
}

bool is_octet(std::string_view text) {
  return text.size() <= 3 && is_digits(text) && (text.size() < 3 || text <= "255");
}

// Four numbers with `mark` between them, and after the last nothing, or a port after `_` or `-`.
bool is_address(std::string_view text, char mark) {
  for (int i = 0; i < 3; ++i) {
    const auto end = text.find(mark);
    if (end == std::string_view::npos || !is_octet(text.substr(0, end))) return false;
    text.remove_prefix(end + 1);
  }
  const auto end = text.find_first_of("_-");
  return is_octet(text.substr(0, end)) &&
         (end == std::string_view::npos || is_digits(text.substr(end + 1)));
}

}  // namespace

Shape shape_of(std::string_view segment) {
  constexpr std::string_view kClass = "xx";
  if (is_digits(segment)) return shape_of_digits(segment);
  if (segment.size() == 3 && segment.substr(1) == kClass && segment[0] >= '1' &&
      segment[0] <= '5') {
    return Shape::StatusClass;
  }
  if (is_method(segment)) return Shape::Method;
  if (is_uuid(segment)) return Shape::Uuid;
  if (is_day(segment)) return Shape::Date;
  if (is_address(segment, '.') || is_address(segment, '_') || is_address(segment, '-')) {
    return Shape::Address;
  }
  return is_hash(segment) ? Shape::Hex : Shape::Word;
}

std::size_t stem_length(std::string_view segment) {
  auto size = segment.size();
  while (size > 0 && base::is_digit(segment[size - 1])) --size;
  return size;
}

std::size_t address_segments(std::string_view name) {
  constexpr std::size_t kSegments = 4;
  std::size_t end = 0;
  for (std::size_t i = 0; i < kSegments; ++i) {
    if (end == std::string_view::npos) return 0;
    end = name.find('.', i == 0 ? 0 : end + 1);
  }
  return is_address(name.substr(0, end), '.') ? kSegments : 0;
}

}  // namespace weir::suggest
