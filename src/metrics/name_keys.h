// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "weir/base/hash.h"

namespace weir::metrics {

// Numbers that are ordered as names are, as far as their first characters after those that most
// begin with tell them apart: two names may have the same, never one that is the wrong way round.
class NameKeys {
 public:
  using Key = std::uint64_t;
  static constexpr Key kLast = std::numeric_limits<Key>::max();

  // For names of which `first` and `last` are the ends of a sample, in order.
  NameKeys(std::string_view first, std::string_view last);

  [[nodiscard]] Key of(std::string_view name) const {
    const bool has_whole_key = name.size() >= begin_ + sizeof(Key);
    if (!has_whole_key || !has_beginning(name.data())) return of_other(name);
    return first_byte_highest(base::load_word<sizeof(Key)>(name.data() + begin_));
  }
  // Where in a name they look.
  [[nodiscard]] std::size_t begin() const { return begin_; }

 private:
  using Word = std::uint64_t;

  static Key first_byte_highest(Word word) {
    return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
  }
  // Of a name that has a word after it. A call of memcmp would take longer than most beginnings do.
  [[nodiscard]] bool has_beginning(const char* name) const {
    std::size_t at = 0;
    Word different = 0;
    for (; at + sizeof(Word) <= begin_; at += sizeof(Word)) different |= difference(name, at);
    return (different | (difference(name, at) & rest_)) == 0;
  }
  [[nodiscard]] Word difference(const char* name, std::size_t at) const {
    return base::load_word<sizeof(Word)>(name + at) ^
           base::load_word<sizeof(Word)>(beginning_.data() + at);
  }
  // Of one that is short, or begins otherwise.
  [[nodiscard]] Key of_other(std::string_view name) const;

  // What all of the sample begin with, and a word more.
  std::string beginning_;
  std::size_t begin_ = 0;
  // The bytes of its last word that are not whole.
  Word rest_ = 0;
};

}  // namespace weir::metrics
