// SPDX-License-Identifier: Apache-2.0
#include "exposition/label_reader.h"

#include <cassert>
#include <cstddef>

namespace weir::exposition {
namespace {

// Where the quoted text that begins at `from`, after its quote, ends: at the closing quote.
std::size_t end_of_quoted(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find_first_of("\"\\", from); at < text.size();
       at = text.find_first_of("\"\\", at + 2)) {
    if (text[at] == '"') return at;
  }
  assert(!"a label without its closing quote");
  return text.size();
}

std::string_view unescaped(std::string_view escaped, std::string& scratch) {
  if (escaped.find('\\') == std::string_view::npos) return escaped;
  scratch.clear();
  for (std::size_t at = 0; at < escaped.size(); ++at) {
    if (escaped[at] != '\\') {
      scratch += escaped[at];
      continue;
    }
    ++at;
    scratch += escaped[at] == 'n' ? '\n' : escaped[at];
  }
  return scratch;
}

// The quoted text at the beginning of `rest`, between its quotes, with its escapes.
std::string_view take_quoted(std::string_view& rest) {
  std::size_t end = rest.find('"', 1);
  assert(end != std::string_view::npos);
  if (rest[end - 1] == '\\') end = end_of_quoted(rest, 1);
  const std::string_view quoted = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  return quoted;
}

}  // namespace

bool LabelReader::next() {
  if (rest_.empty()) return false;
  if (rest_.front() == ',') rest_.remove_prefix(1);
  is_name_quoted_ = rest_.front() == '"';
  if (is_name_quoted_) {
    name_ = unescaped(take_quoted(rest_), unescaped_name_);
  } else {
    name_ = rest_.substr(0, rest_.find('='));
    rest_.remove_prefix(name_.size());
  }
  assert(rest_.starts_with("=\""));
  rest_.remove_prefix(1);
  escaped_value_ = take_quoted(rest_);
  value_ = unescaped(escaped_value_, unescaped_value_);
  return true;
}

}  // namespace weir::exposition
