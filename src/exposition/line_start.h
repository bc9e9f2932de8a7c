// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

#include "exposition/sample_lines.h"
#include "weir/base/bytes.h"

namespace weir::exposition {

// What is before the number in the lines of one sample name, `name_suffix{labels} `: what is before
// the labels is made once for all of them. One thread.
class LineStart {
 public:
  // Of the samples that are called as `names` has them with `suffix`.
  void set(const SampleLines& names, std::string_view suffix);

  // How much room `put` needs, beside the labels.
  [[nodiscard]] std::size_t room() const { return size_ + kStep + kEndMax; }

  // Writes it to `at`, and other bytes after it, and returns its end.
  char* put(char* at, std::string_view labels) const {
    for (std::size_t copied = 0; copied < size_; copied += kStep) {
      std::memcpy(at + copied, text_.data() + copied, kStep);
    }
    at += size_;
    if (labels.empty()) return put_no_labels(at);
    at = copy_labels(at, labels);
    at[0] = '}';
    at[1] = ' ';
    return at + kEndMax;
  }

 private:
  static constexpr std::size_t kStep = 32;
  // `} `.
  static constexpr std::size_t kEndMax = 2;

  // In four pieces that overlap, where it can be, whatever their size is.
  static char* copy_labels(char* at, std::string_view labels) {
    constexpr std::size_t kPiece = 16;
    const std::size_t size = labels.size();
    if (size < kPiece || size > 4 * kPiece) return base::copy_bytes(at, labels.data(), size);
    const std::size_t last = size - kPiece;
    for (const std::size_t place :
         {std::size_t{0}, std::min(kPiece, last), std::min(2 * kPiece, last), last}) {
      std::memcpy(at + place, labels.data() + place, kPiece);
    }
    return at + size;
  }

  [[gnu::noinline]] char* put_no_labels(char* at) const;

  // In front, with room for the last step.
  std::vector<char> text_;
  // With the brace, or the comma after a name in quotes.
  std::size_t size_ = 0;
  bool is_quoted_ = false;
};

}  // namespace weir::exposition
