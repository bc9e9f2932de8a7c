// SPDX-License-Identifier: Apache-2.0
#include "metrics/label_order.h"

#include <algorithm>
#include <cstddef>

#include "weir/metrics/label_body.h"

namespace weir::metrics {

namespace {

constexpr int kEnd = -1;

// Reads the values of a label body one character at a time, unescaped.
class ValueReader {
 public:
  explicit ValueReader(std::string_view body) : body_(body) {}

  // Moves to the first character of the next value; false after the last label.
  bool next_value() {
    // Past the comma.
    if (at_ != 0) ++at_;
    if (at_ >= body_.size()) return false;
    if (body_[at_] == '"') at_ = end_of_quoted(body_, at_);
    at_ = body_.find("=\"", at_) + 2;
    return true;
  }

  // The next character of the value, or kEnd at its closing quote, which is passed too.
  int next_char() {
    const char c = body_[at_++];
    if (c == '"') return kEnd;
    if (c != '\\') return static_cast<unsigned char>(c);
    const char escaped = body_[at_++];
    return escaped == 'n' ? '\n' : static_cast<unsigned char>(escaped);
  }

 private:
  std::string_view body_;
  std::size_t at_ = 0;
};

// What ends a value in a piece, but for the end of them all.
constexpr TextPiece kValueEnd = 1;

}  // namespace

std::size_t end_of_quoted(std::string_view text, std::size_t at) {
  for (++at; text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

int compare_label_values(std::string_view a, std::string_view b) {
  ValueReader left(a);
  ValueReader right(b);
  while (left.next_value() && right.next_value()) {
    int x = 0;
    int y = 0;
    do {
      x = left.next_char();
      y = right.next_char();
    } while (x == y && x != kEnd);
    if (x != y) return x - y;
  }
  return 0;
}

TextPiece value_piece(std::string_view body, std::size_t at) {
  ValueReader values(body);
  TextPiece piece = 0;
  std::size_t seen = 0;
  while (seen < at + kPieceChars && values.next_value()) {
    int c = 0;
    do {
      c = values.next_char();
      if (seen++ < at) continue;
      piece = piece << kPieceCharBits | (c == kEnd ? kValueEnd : piece_char(static_cast<char>(c)));
    } while (c != kEnd && seen < at + kPieceChars);
  }
  // What lacks of it is the end.
  const std::size_t missing = at + kPieceChars - std::max(seen, at);
  return missing == kPieceChars ? 0 : piece << (missing * kPieceCharBits);
}

std::uint32_t count_label_names(std::string_view names) {
  if (names.empty()) return 0;
  std::uint32_t count = 1;
  for (std::size_t at = 0; at < names.size();) {
    count += names[at] == ',' ? 1 : 0;
    at = names[at] == '"' ? end_of_quoted(names, at) : at + 1;
  }
  return count;
}

}  // namespace weir::metrics
