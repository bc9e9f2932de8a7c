// SPDX-License-Identifier: Apache-2.0
#include "weir/base/json_members.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "weir/base/ascii.h"
#include "weir/base/utf8.h"

namespace weir::base {

namespace {

constexpr std::size_t kDepthMax = 32;

constexpr bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
constexpr bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Of a text: up to its end, an escape, or a byte that must be one.
std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const char c = text[length];
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) break;
    ++length;
  }
  return length;
}

// What a backslash and `c` mean; 0 for nothing.
char meaning_of(char c) {
  constexpr std::string_view kEscapes = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const auto at = kEscapes.find(c);
  return at == std::string_view::npos ? '\0' : kMeanings[at];
}

}  // namespace

JsonMembers::JsonMembers(std::string_view json) : rest_(json) {
  if (!is_utf8(json)) fail("bytes that are no UTF-8");
}

bool JsonMembers::next(JsonMember& member) {
  if (has_ended_ || !fault_.empty() || !begin_member()) return false;
  if (!read_text(key_, member.key)) return false;
  skip_blanks();
  if (!take(':')) return fail("no colon after a key");
  skip_blanks();
  return read_value(member, 0);
}

// Up to its key. False after the last one, too.
bool JsonMembers::begin_member() {
  skip_blanks();
  if (!has_begun_) {
    has_begun_ = true;
    if (!take('{')) return fail("no JSON object");
    skip_blanks();
    return take('}') ? end() : true;
  }
  if (take('}')) return end();
  if (!take(',')) return fail("no comma after a value");
  skip_blanks();
  return true;
}

// Always false: there is no further member.
bool JsonMembers::end() {
  has_ended_ = true;
  skip_blanks();
  return rest_.empty() ? false : fail("something after the object");
}

bool JsonMembers::read_value(JsonMember& member, std::size_t depth) {
  using Kind = JsonMember::Kind;
  switch (rest_.empty() ? '\0' : rest_.front()) {
    case '"': member.kind = Kind::Text; return read_text(text_, member.text);
    case '{': member.kind = Kind::Nested; return skip_object(depth);
    case '[': member.kind = Kind::Nested; return skip_array(depth);
    case 'n': member.kind = Kind::Null; return read_word("null");
    case 't':
    case 'f':
      member.kind = Kind::Boolean;
      member.is_true = rest_.front() == 't';
      return read_word(member.is_true ? "true" : "false");
    default: member.kind = Kind::Number; return read_number(member.number);
  }
}

bool JsonMembers::read_text(std::string& storage, std::string_view& text) {
  if (!take('"')) return fail("no text where one must be");
  const std::size_t plain = plain_length(rest_);
  text = rest_.substr(0, plain);
  rest_.remove_prefix(plain);
  if (take('"')) return true;
  storage = text;
  while (!take('"')) {
    if (take('\\')) {
      if (!append_escape(storage)) return false;
      continue;
    }
    const std::size_t more = plain_length(rest_);
    if (more == 0) return fail(rest_.empty() ? "a text without end" : "a control character");
    storage += rest_.substr(0, more);
    rest_.remove_prefix(more);
  }
  text = storage;
  return true;
}

bool JsonMembers::append_escape(std::string& storage) {
  if (take('u')) {
    char32_t unit = 0;
    if (!read_code_unit(unit)) return false;
    if (is_high_surrogate(unit)) {
      char32_t low = 0;
      if (!take('\\') || !take('u')) return fail("half a pair of surrogates");
      if (!read_code_unit(low)) return false;
      if (!is_low_surrogate(low)) return fail("half a pair of surrogates");
      unit = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
    } else if (is_low_surrogate(unit)) {
      return fail("half a pair of surrogates");
    }
    append_code_point(storage, unit);
    return true;
  }
  const char meaning = rest_.empty() ? '\0' : meaning_of(rest_.front());
  if (meaning == '\0') return fail("no such escape");
  storage += meaning;
  rest_.remove_prefix(1);
  return true;
}

bool JsonMembers::read_code_unit(char32_t& unit) {
  constexpr std::size_t kDigits = 4;
  if (rest_.size() < kDigits) return fail("an escape cut short");
  for (const char c : rest_.substr(0, kDigits)) {
    const int digit = hex_value(c);
    if (digit < 0) return fail("no such escape");
    unit = unit << 4U | static_cast<char32_t>(digit);
  }
  rest_.remove_prefix(kDigits);
  return true;
}

bool JsonMembers::read_number(double& number) {
  const std::string_view begin = rest_;
  take('-');
  bool is_good = take('0') || take_digits();
  if (is_good && take('.')) is_good = take_digits();
  if (is_good && (take('e') || take('E'))) {
    if (!take('+')) take('-');
    is_good = take_digits();
  }
  if (!is_good) return fail("no value where one must be");
  const char* const end = begin.data() + (begin.size() - rest_.size());
  if (std::from_chars(begin.data(), end, number).ec != std::errc()) {
    return fail("a number out of range");
  }
  return true;
}

bool JsonMembers::read_word(std::string_view word) {
  if (!rest_.starts_with(word)) return fail("no value where one must be");
  rest_.remove_prefix(word.size());
  return true;
}

bool JsonMembers::skip_array(std::size_t depth) {
  if (depth == kDepthMax) return fail("nested too deep");
  take('[');
  skip_blanks();
  if (take(']')) return true;
  while (true) {
    JsonMember ignored;
    skip_blanks();
    if (!read_value(ignored, depth + 1)) return false;
    skip_blanks();
    if (take(']')) return true;
    if (!take(',')) return fail("no comma after a value");
  }
}

bool JsonMembers::skip_object(std::size_t depth) {
  if (depth == kDepthMax) return fail("nested too deep");
  take('{');
  skip_blanks();
  if (take('}')) return true;
  while (true) {
    JsonMember ignored;
    skip_blanks();
    // The key of the member in hand must stay.
    if (!read_text(text_, ignored.key)) return false;
    skip_blanks();
    if (!take(':')) return fail("no colon after a key");
    skip_blanks();
    if (!read_value(ignored, depth + 1)) return false;
    skip_blanks();
    if (take('}')) return true;
    if (!take(',')) return fail("no comma after a value");
  }
}

bool JsonMembers::fail(std::string_view fault) {
  fault_ = fault;
  return false;
}

void JsonMembers::skip_blanks() {
  constexpr std::string_view kBlanks = " \t\r\n";
  rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
}

bool JsonMembers::take(char c) {
  if (rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

bool JsonMembers::take_digits() {
  const std::string_view before = rest_;
  while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
  return rest_.size() < before.size();
}

}  // namespace weir::base
