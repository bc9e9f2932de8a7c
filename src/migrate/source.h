// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "weir/rulefile/diagnostics.h"

namespace weir::migrate {

// The text of a mapping file and its lines. Offsets count bytes of what follows a byte order mark.
// Borrows the bytes.
class Source {
 public:
  // A line, where its break begins, and where the next one begins.
  struct Line {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t next = 0;
  };

  // Throws ConfigError for bytes that YAML does not take.
  Source(std::string_view bytes, const std::string& file);

  // "" or the byte order mark.
  [[nodiscard]] std::string_view mark() const { return mark_; }
  // False for UTF-16, of which `raw` says nothing.
  [[nodiscard]] bool is_utf8() const { return is_utf8_; }
  // As the file has it.
  [[nodiscard]] std::string_view raw() const { return raw_; }
  // As YAML reads it, at the same offsets: `\n` ends every line.
  [[nodiscard]] const std::string& text() const { return text_; }

  [[nodiscard]] std::size_t offset_of(rulefile::Position position) const;
  [[nodiscard]] rulefile::Position position_of(std::size_t offset) const;

  // Lines count from 0.
  [[nodiscard]] std::size_t line_count() const { return begins_.size(); }
  [[nodiscard]] std::size_t line_of(std::size_t offset) const;
  [[nodiscard]] Line line(std::size_t index) const;
  [[nodiscard]] std::string_view text_of(const Line& line) const;
  // What ends the lines of the file.
  [[nodiscard]] std::string line_break() const;

 private:
  std::string_view mark_;
  std::string_view raw_;
  std::string text_;
  bool is_utf8_ = true;
  std::vector<std::size_t> begins_;
};

// How many blanks a line begins with.
[[nodiscard]] std::size_t indentation(std::string_view line);
[[nodiscard]] bool is_blank(std::string_view text);
[[nodiscard]] bool is_comment(std::string_view line);
// Where the comment of a line of YAML begins, npos where there is none.
[[nodiscard]] std::size_t comment_begin(std::string_view line);

}  // namespace weir::migrate
