// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/name_grammar.h"

#include <algorithm>
#include <string>

#include "weir/base/ascii.h"
#include "weir/base/utf8.h"

namespace weir::mapping {

namespace {

using base::NameValidation;

// Those beyond ASCII too.
bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

// The size of the character at the beginning of `text`; 0 for one that no name of a rule has.
std::size_t name_character(std::string_view text, NameValidation validation) {
  if (validation == NameValidation::Legacy) return base::is_word(text[0]) ? 1 : 0;
  const base::CodePoint point = base::first_code_point(text);
  return is_control(point.value) ? 0 : point.size;
}

// Takes `$N` off `text`; a brace on either side may be there or not, as in the reference.
bool take_reference(std::string_view& text) {
  auto rest = text.substr(1);
  if (rest.starts_with('{')) rest.remove_prefix(1);
  const auto digits =
      static_cast<std::size_t>(std::ranges::find_if_not(rest, base::is_digit) - rest.begin());
  if (digits == 0) return false;
  rest.remove_prefix(digits);
  if (rest.starts_with('}')) rest.remove_prefix(1);
  text = rest;
  return true;
}

// What a character that is no letter or digit becomes for scrapers that cannot read it, by the
// schemes that could make `__name__` of it.
std::string_view as_underscore(char) { return "_"; }
std::string_view with_dots(char c) {
  if (c == ':') return "_";
  return c == '.' ? "_dot_" : "__";
}

// Whether `text` is `__name__` once `shown_as` was applied to it.
bool reads_as_name(std::string_view text, std::string_view (*shown_as)(char)) {
  std::string shown;
  while (!text.empty()) {
    const bool is_kept =
        text[0] != '_' && base::is_word(text[0]) && !(shown.empty() && base::is_digit(text[0]));
    shown += is_kept ? text.substr(0, 1) : shown_as(text[0]);
    text.remove_prefix(std::max<std::size_t>(1, base::first_code_point(text).size));
  }
  return shown == "__name__";
}

}  // namespace

bool is_metric_name(std::string_view text, NameValidation validation) {
  if (text.empty() || (base::is_digit(text[0]) && validation == NameValidation::Legacy))
    return false;
  while (!text.empty()) {
    if (text[0] == '$') {
      if (!take_reference(text)) return false;
      continue;
    }
    const std::size_t size = name_character(text, validation);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

bool is_label_name(std::string_view text, NameValidation validation) {
  if (text.empty() || (base::is_digit(text[0]) && validation == NameValidation::Legacy))
    return false;
  while (!text.empty()) {
    const std::size_t size = name_character(text, validation);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

bool is_reserved_label_name(std::string_view text) {
  if (text.starts_with("__")) return true;
  // A name that every scraper can read is shown to all of them as it is.
  if (text.find("name") == std::string_view::npos || is_label_name(text, NameValidation::Legacy))
    return false;
  return reads_as_name(text, as_underscore) || reads_as_name(text, with_dots);
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
