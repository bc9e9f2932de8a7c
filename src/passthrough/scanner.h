// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "weir/passthrough/text_parser.h"

namespace weir::passthrough {

// Goes through a page from left to right and remembers the first mistake. Whatever is asked for
// past the end of the page is empty. One thread.
class Scanner {
 public:
  // `page` must outlive it.
  explicit Scanner(std::string_view page) : page_(page) {}

  [[nodiscard]] bool is_at_end() const { return at_ == page_.size(); }
  [[nodiscard]] bool is_at(char c) const { return at_ < page_.size() && page_[at_] == c; }
  [[nodiscard]] bool is_at_blank() const { return is_at(' ') || is_at('\t'); }
  // Precondition: not at the end.
  [[nodiscard]] char current() const { return page_[at_]; }

  // Both take what they name and nothing else: false when it is not there.
  bool take(char c);
  bool take_line_end();
  void skip_blanks();
  // A legacy name, "" when none begins here; those of metrics may have colons.
  std::string_view take_metric_name();
  std::string_view take_label_name();
  std::string_view take_until_blank_or_line_end();
  std::string_view take_rest_of_line();

  // What is between this quote, which is taken, and the next one that is not escaped, unescaped.
  // False for other escapes than `\\`, `\"` and `\n`, a line end, or the end of the page.
  bool take_quoted(std::string& text);
  // The rest of the line, unescaped: `\\` and `\n`, and `\"` if `has_quotes`. False for
  // other escapes.
  bool take_help(std::string& text, bool has_quotes);

  // Notes a mistake here; returns false, for the caller to return.
  bool fail(std::string what);
  bool fail_at_end() { return fail("unexpected end of input stream"); }
  [[nodiscard]] bool has_failed() const { return !error_.what.empty(); }
  [[nodiscard]] const ParseError& error() const { return error_; }

 private:
  bool fail_escape(char escaped);
  template <class Predicate>
  std::string_view take_while(Predicate is_taken);

  std::string_view page_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_begin_ = 0;
  ParseError error_;
};

// `text` in double quotes, with escapes, for a message.
[[nodiscard]] std::string quoted(std::string_view text);
// The same for one byte, in single quotes.
[[nodiscard]] std::string quoted(char c);

// Reads a number as the text format has it: as Go does, without hexadecimal ones and underscores.
[[nodiscard]] bool read_number(std::string_view text, double& value);

}  // namespace weir::passthrough
