// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace weir::mapping {

// A set of numbers below a bound, for the stack: its space is fixed. Above `kBits` numbers,
// neighbours share a bit, and come and go together.
class CoarseSet {
 public:
  static constexpr std::size_t kBits = 8192;

  // Empty; for numbers below `end`.
  explicit CoarseSet(std::size_t end) : end_(end) {
    while (end > (kBits << shift_)) ++shift_;
  }

  void insert(std::size_t number) {
    assert(number < end_);
    const auto bit = number >> shift_;
    words_[bit / kWordBits] |= std::uint64_t{1} << (bit % kWordBits);
  }

  // The smallest member that is not below `from`; the bound when there is none.
  [[nodiscard]] std::size_t next(std::size_t from) const {
    if (from >= end_) return end_;
    const auto bit = from >> shift_;
    auto index = bit / kWordBits;
    auto word = words_[index] & (~std::uint64_t{0} << (bit % kWordBits));
    while (word == 0) {
      if (++index == words_.size()) return end_;
      word = words_[index];
    }
    const auto found = index * kWordBits + static_cast<std::size_t>(std::countr_zero(word));
    return std::min(end_, std::max(from, found << shift_));
  }

 private:
  static constexpr std::size_t kWordBits = 64;

  std::size_t end_;
  unsigned shift_ = 0;
  std::array<std::uint64_t, kBits / kWordBits> words_{};
};

}  // namespace weir::mapping
