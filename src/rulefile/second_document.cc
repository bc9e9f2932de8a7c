// SPDX-License-Identifier: Apache-2.0
#include "rulefile/second_document.h"

#include <algorithm>
#include <cstddef>

namespace weir::rulefile {

namespace {

// `---` or `...`, which begin and end a document where they begin a line.
bool is_mark(std::string_view line, std::string_view mark) {
  return line.starts_with(mark) &&
         (line.size() == mark.size() || line.find_first_of(" \t\r", mark.size()) == mark.size());
}

bool is_content(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t\r");
  return begin != std::string_view::npos && line[begin] != '#';
}

// Finds the line with which a second document begins that is not empty.
class DocumentLines {
 public:
  // Takes the next line; true when it is the first one with content of another document.
  bool is_in_second(std::string_view line) {
    ++number_;
    if (is_mark(line, "...")) {
      has_ended_ = has_ended_ || has_begun_;
      return false;
    }
    if (is_mark(line, "---")) {
      has_ended_ = has_ended_ || has_begun_;
      begin();
      line.remove_prefix(3);
    }
    const bool is_directive = !has_begun_ && line.starts_with('%');
    if (is_directive || !is_content(line)) return false;
    begin();
    return second_ != 0;
  }
  [[nodiscard]] std::size_t second() const { return second_; }

 private:
  void begin() {
    has_begun_ = true;
    if (has_ended_ && second_ == 0) second_ = number_;
  }

  std::size_t number_ = 0;
  bool has_begun_ = false;
  // Of the first document.
  bool has_ended_ = false;
  std::size_t second_ = 0;
};

}  // namespace

void warn_second_document(std::string_view text, Diagnostics& diagnostics) {
  DocumentLines lines;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!lines.is_in_second(line)) continue;
    diagnostics.warn(DiagnosticKind::SecondDocument, {lines.second(), 1},
                     "a second YAML document begins here, and only the first one is read",
                     "put all mappings under one `mappings:`");
    return;
  }
}

}  // namespace weir::rulefile
