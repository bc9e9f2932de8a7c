// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/name_grammar.h"

#include <algorithm>

namespace weir::mapping {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }

// Takes `$N` off `text`; a brace on either side may be there or not, as in the reference.
bool take_reference(std::string_view& text) {
  auto rest = text.substr(1);
  if (rest.starts_with('{')) rest.remove_prefix(1);
  const auto digits =
      static_cast<std::size_t>(std::ranges::find_if_not(rest, is_digit) - rest.begin());
  if (digits == 0) return false;
  rest.remove_prefix(digits);
  if (rest.starts_with('}')) rest.remove_prefix(1);
  text = rest;
  return true;
}

}  // namespace

bool is_metric_name(std::string_view text) {
  if (text.empty() || is_digit(text[0])) return false;
  while (!text.empty()) {
    if (is_word(text[0])) {
      text.remove_prefix(1);
    } else if (text[0] != '$' || !take_reference(text)) {
      return false;
    }
  }
  return true;
}

bool is_label_name(std::string_view text) {
  return !text.empty() && is_letter(text[0]) && std::ranges::all_of(text, is_word);
}

std::size_t count_segments(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '.')) + 1;
}

std::string_view take_segment(std::string_view& rest) {
  const auto dot = rest.find('.');
  const auto segment = rest.substr(0, dot);
  rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  return segment;
}

}  // namespace weir::mapping
