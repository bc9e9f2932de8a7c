// SPDX-License-Identifier: Apache-2.0
#include "migrate/source.h"

#include <algorithm>

#include "weir/rulefile/source_text.h"

namespace weir::migrate {

namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t";
// What a quoted scalar or a comment may follow.
constexpr std::string_view kSeparators = " \t[{,:";

bool is_utf16(std::string_view bytes) {
  return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

}  // namespace

Source::Source(std::string_view bytes, const std::string& file)
    : mark_(bytes.substr(0, bytes.starts_with(kUtf8Mark) ? kUtf8Mark.size() : 0)),
      raw_(bytes.substr(mark_.size())),
      text_(rulefile::decode_source(bytes, file)),
      is_utf8_(!is_utf16(bytes)),
      begins_{0} {
  for (auto at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) {
    begins_.push_back(at + 1);
  }
}

std::size_t Source::offset_of(rulefile::Position position) const {
  const auto line = std::min(std::max<std::size_t>(position.line, 1), begins_.size());
  return std::min(begins_[line - 1] + position.column - 1, text_.size());
}

rulefile::Position Source::position_of(std::size_t offset) const {
  const auto line = line_of(offset);
  return {line + 1, offset - begins_[line] + 1};
}

std::size_t Source::line_of(std::size_t offset) const {
  const auto after = std::ranges::upper_bound(begins_, offset);
  return static_cast<std::size_t>(after - begins_.begin()) - 1;
}

Source::Line Source::line(std::size_t index) const {
  const bool is_last = index + 1 == begins_.size();
  Line line{begins_[index], text_.size(), is_last ? text_.size() : begins_[index + 1]};
  if (!is_last) line.end = line.next - 1;
  if (line.end > line.begin && text_[line.end - 1] == '\r') --line.end;
  return line;
}

std::string_view Source::text_of(const Line& line) const {
  return std::string_view(text_).substr(line.begin, line.end - line.begin);
}

std::string Source::line_break() const {
  if (begins_.size() < 2 || !is_utf8_) return "\n";
  const auto first = line(0);
  return std::string(raw_.substr(first.end, first.next - first.end));
}

std::size_t indentation(std::string_view line) {
  return std::min(line.find_first_not_of(kBlanks), line.size());
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_comment(std::string_view line) { return line.substr(indentation(line)).starts_with('#'); }

std::size_t comment_begin(std::string_view line) {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != '\0') {
      const bool is_doubled = c == '\'' && line.substr(i + 1).starts_with(c);
      if (quote == '"' ? c == '\\' : is_doubled) {
        ++i;
      } else if (c == quote) {
        quote = '\0';
      }
      continue;
    }
    const bool is_separated = i == 0 || kSeparators.find(line[i - 1]) != std::string_view::npos;
    if (is_separated && (c == '"' || c == '\'')) quote = c;
    if (c == '#' && (i == 0 || kBlanks.find(line[i - 1]) != std::string_view::npos)) return i;
  }
  return std::string_view::npos;
}

}  // namespace weir::migrate
