// SPDX-License-Identifier: Apache-2.0
#include "migrate/layout.h"

#include <algorithm>
#include <array>

namespace weir::migrate {

namespace {

using rulefile::Entry;
using rulefile::NodeKind;
using rulefile::YamlNode;

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kSpace = " \t\r\n";
// What ends a word in brackets and outside of them.
constexpr std::string_view kWordEnds = " \t\r\n,]}";
// What a quoted scalar may follow at once.
constexpr std::string_view kTokenBegins = "[{,:";

bool is_quote(char c) { return c == '"' || c == '\''; }

bool is_collection(const YamlNode& node) {
  return node.kind == NodeKind::List || node.kind == NodeKind::Map;
}

}  // namespace

std::size_t Layout::skip_blanks(std::size_t offset) const {
  return std::min(source_.text().find_first_not_of(kBlanks, offset), source_.text().size());
}

std::size_t Layout::without_properties(std::size_t offset) const {
  const std::string& text = source_.text();
  while (offset < text.size() && (text[offset] == '&' || text[offset] == '!')) {
    offset = std::min(text.find_first_of(kSpace, offset), text.size());
    offset = std::min(text.find_first_not_of(kSpace, offset), text.size());
  }
  return offset;
}

std::size_t Layout::content_of(const YamlNode& node) const {
  return without_properties(source_.offset_of(node.position));
}

bool Layout::is_flow(const YamlNode& node) const {
  const auto begin = content_of(node);
  if (begin >= source_.text().size()) return false;
  return source_.text()[begin] == '{' || source_.text()[begin] == '[';
}

std::optional<Span> Layout::word_of(const YamlNode& scalar) const {
  const std::string_view text = source_.text();
  auto begin = content_of(scalar);
  if (begin >= text.size()) return std::nullopt;
  const char quote = is_quote(text[begin]) ? text[begin] : '\0';
  if (quote != '\0') ++begin;
  if (!text.substr(begin).starts_with(scalar.text)) return std::nullopt;
  const Span word{begin, begin + scalar.text.size()};
  const bool is_closed = word.end < text.size() && text[word.end] == quote;
  return quote == '\0' || is_closed ? std::optional(word) : std::nullopt;
}

bool Layout::is_alias(const Entry& entry) const {
  return entry.value->position < entry.key->position;
}

std::optional<std::size_t> Layout::end_of_quotes(std::size_t open) const {
  const std::string& text = source_.text();
  for (auto i = open + 1; i < text.size(); ++i) {
    const bool is_doubled = text[i] == '\'' && text.compare(i, 2, "''") == 0;
    if (text[open] == '"' ? text[i] == '\\' : is_doubled) {
      ++i;
    } else if (text[i] == text[open]) {
      return i + 1;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> Layout::end_of_brackets(std::size_t open) const {
  const std::string& text = source_.text();
  std::size_t depth = 0;
  for (auto i = open; i < text.size(); ++i) {
    const char before = i == 0 ? '\n' : text[i - 1];
    const bool is_after_space = kSpace.find(before) != std::string_view::npos;
    const bool is_at_begin = is_after_space || kTokenBegins.find(before) != std::string_view::npos;
    if (is_quote(text[i]) && is_at_begin) {
      const auto end = end_of_quotes(i);
      if (!end) return std::nullopt;
      i = *end - 1;
    } else if (text[i] == '#' && is_after_space) {
      i = std::min(text.find('\n', i), text.size() - 1);
    } else if (text[i] == '[' || text[i] == '{') {
      ++depth;
    } else if ((text[i] == ']' || text[i] == '}') && --depth == 0) {
      return i + 1;
    }
  }
  return std::nullopt;
}

std::optional<Span> Layout::null_value(std::size_t colon) const {
  constexpr std::array<std::string_view, 4> kNulls{"~", "null", "Null", "NULL"};
  const std::string_view text = source_.text();
  const auto begin = skip_blanks(colon);
  for (const auto null : kNulls) {
    const auto end = begin + null.size();
    if (!text.substr(begin).starts_with(null)) continue;
    if (end == text.size() || kWordEnds.find(text[end]) != std::string_view::npos) {
      return Span{begin, end};
    }
  }
  return Span{colon, colon};
}

std::optional<Span> Layout::alias_value(std::size_t colon) const {
  const std::string& text = source_.text();
  const auto begin = skip_blanks(colon);
  if (begin >= text.size() || text[begin] != '*') return std::nullopt;
  return Span{begin, std::min(text.find_first_of(kWordEnds, begin), text.size())};
}

std::optional<std::size_t> Layout::end_of_scalar(const YamlNode& scalar) const {
  const auto begin = content_of(scalar);
  if (begin < source_.text().size() && is_quote(source_.text()[begin])) return end_of_quotes(begin);
  const auto word = word_of(scalar);
  return word ? std::optional(word->end) : std::nullopt;
}

std::optional<Span> Layout::inline_value(const Entry& entry, std::size_t colon) const {
  if (is_alias(entry)) return alias_value(colon);
  if (entry.value->kind == NodeKind::Null) return null_value(colon);
  const auto begin = source_.offset_of(entry.value->position);
  const auto end = is_collection(*entry.value) ? end_of_brackets(content_of(*entry.value))
                                               : end_of_scalar(*entry.value);
  return end ? std::optional(Span{begin, *end}) : std::nullopt;
}

std::size_t Layout::end_of_block(const Entry& entry, std::size_t key) const {
  const auto first = source_.line_of(key);
  const auto indent = key - source_.line(first).begin;
  const bool is_list = entry.value->kind == NodeKind::List;
  auto end = key;
  for (auto i = first; i < source_.line_count(); ++i) {
    const auto line = source_.line(i);
    const auto text = source_.text_of(line);
    if (is_blank(text) || is_comment(text)) continue;
    const auto blanks = indentation(text);
    const bool is_item = is_list && blanks == indent && text[blanks] == '-';
    if (i > first && blanks <= indent && !is_item) break;
    const auto content = text.substr(0, comment_begin(text));
    end = line.begin + content.find_last_not_of(kBlanks) + 1;
  }
  return end;
}

std::optional<Extent> Layout::extent_of(const Entry& entry) const {
  const std::string& text = source_.text();
  const auto word = word_of(*entry.key);
  if (!word) return std::nullopt;
  const bool is_quoted = word->begin > 0 && is_quote(text[word->begin - 1]) &&
                         word->end < text.size() && text[word->end] == text[word->begin - 1];
  Extent extent;
  extent.key = {word->begin - (is_quoted ? 1 : 0), word->end + (is_quoted ? 1 : 0)};
  const auto colon = skip_blanks(extent.key.end);
  if (colon >= text.size() || text[colon] != ':') return std::nullopt;
  extent.is_block = is_collection(*entry.value) && !is_alias(entry) && !is_flow(*entry.value);
  if (extent.is_block) {
    extent.value = {source_.offset_of(entry.value->position),
                    end_of_block(entry, extent.key.begin)};
    return extent;
  }
  const auto value = inline_value(entry, colon + 1);
  if (!value) return std::nullopt;
  extent.value = *value;
  return extent;
}

std::size_t Layout::last_line_with_comments(const Extent& extent) const {
  const auto first = source_.line_of(extent.key.begin);
  const auto indent = extent.key.begin - source_.line(first).begin;
  auto last = source_.line_of(extent.value.end);
  while (extent.is_block && last + 1 < source_.line_count()) {
    const auto text = source_.text_of(source_.line(last + 1));
    if (!is_comment(text) || indentation(text) <= indent) break;
    ++last;
  }
  return last;
}

}  // namespace weir::migrate
