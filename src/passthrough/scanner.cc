// SPDX-License-Identifier: Apache-2.0
#include "passthrough/scanner.h"

#include <utility>

#include "weir/base/ascii.h"
#include "weir/base/escape.h"
#include "weir/base/number.h"

namespace weir::passthrough {

bool Scanner::take(char c) {
  if (!is_at(c)) return false;
  ++at_;
  return true;
}

bool Scanner::take_line_end() {
  if (!take('\n')) return false;
  ++line_;
  line_begin_ = at_;
  return true;
}

template <class Predicate>
std::string_view Scanner::take_while(Predicate is_taken) {
  const std::size_t begin = at_;
  while (at_ < page_.size() && is_taken(page_[at_])) ++at_;
  return page_.substr(begin, at_ - begin);
}

void Scanner::skip_blanks() { take_while(base::is_blank); }

std::string_view Scanner::take_metric_name() {
  if (is_at_end() || base::is_digit(current())) return {};
  return take_while([](char c) { return base::is_word(c) || c == ':'; });
}

std::string_view Scanner::take_label_name() {
  if (is_at_end() || base::is_digit(current())) return {};
  return take_while(base::is_word);
}

std::string_view Scanner::take_until_blank_or_line_end() {
  return take_while([](char c) { return !base::is_blank(c) && c != '\n'; });
}

std::string_view Scanner::take_rest_of_line() {
  return take_while([](char c) { return c != '\n'; });
}

bool Scanner::take_quoted(std::string& text) {
  text.clear();
  for (++at_; at_ < page_.size(); ++at_) {
    const char c = page_[at_];
    if (c == '"') {
      ++at_;
      return true;
    }
    if (c == '\n') return fail("label value " + quoted(text) + " contains unescaped new-line");
    if (c != '\\') {
      text += c;
      continue;
    }
    if (++at_ == page_.size()) break;
    const char escaped = page_[at_];
    if (escaped != 'n' && escaped != '"' && escaped != '\\') return fail_escape(escaped);
    text += escaped == 'n' ? '\n' : escaped;
  }
  return fail_at_end();
}

bool Scanner::take_help(std::string& text, bool has_quotes) {
  text.clear();
  for (; at_ < page_.size() && page_[at_] != '\n'; ++at_) {
    if (page_[at_] != '\\') {
      text += page_[at_];
      continue;
    }
    if (++at_ == page_.size()) break;
    const char escaped = page_[at_];
    if (escaped != 'n' && escaped != '\\' && !(has_quotes && escaped == '"')) {
      return fail_escape(escaped);
    }
    text += escaped == 'n' ? '\n' : escaped;
  }
  return !is_at_end() || fail_at_end();
}

bool Scanner::fail_escape(char escaped) {
  return fail("invalid escape sequence '\\" + base::visible({&escaped, 1}) + "'");
}

bool Scanner::fail(std::string what) {
  if (has_failed()) return false;
  error_.line = line_;
  error_.column = at_ - line_begin_ + 1;
  error_.what = std::move(what);
  return false;
}

std::string quoted(std::string_view text) {
  // A page must not come back as the message about it.
  constexpr std::size_t kShownMax = 1024;
  std::string out;
  base::append_quoted(out, base::beginning_of(text, kShownMax));
  return out;
}

std::string quoted(char c) {
  if (c == '\'' || c == '\\') return std::string("'\\") + c + "'";
  return "'" + base::visible({&c, 1}) + "'";
}

bool read_number(std::string_view text, double& value) {
  if (text.find_first_of("pP_") != std::string_view::npos) return false;
  const auto number = base::parse_number(text);
  value = number.value;
  return number.fault == base::NumberFault::None;
}

}  // namespace weir::passthrough
