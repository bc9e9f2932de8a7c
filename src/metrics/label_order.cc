// SPDX-License-Identifier: Apache-2.0
#include "metrics/label_order.h"

#include <cstddef>

namespace weir::metrics {

namespace {

constexpr int kEnd = -1;

// Reads the values of a label body one character at a time, unescaped.
class ValueReader {
 public:
  explicit ValueReader(std::string_view body) : body_(body) {}

  // Moves to the first character of the next value; false after the last label.
  bool next_value() {
    const auto opening = body_.find("=\"", at_);
    if (opening == std::string_view::npos) return false;
    at_ = opening + 2;
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

}  // namespace

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

}  // namespace weir::metrics
