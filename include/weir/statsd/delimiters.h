// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "weir/base/cpu.h"

namespace weir::statsd {

// Where the delimiters of StatsD lines are in a stretch of bytes. Each byte is looked at once, and
// what is found is kept so that reading a line needs no loop.
class Delimiters {
 public:
  // The longest stretch.
  static constexpr std::size_t kSizeMax = 4096;

  explicit Delimiters(base::CpuLevel cpu_level) : cpu_level_(cpu_level) {}

  // Looks through `size` bytes at `at`, kSizeMax at most, and at nothing beside them. What was
  // found before is forgotten.
  void find(const char* at, std::size_t size);

  // How many `|` and newlines there are.
  [[nodiscard]] std::size_t ends() const { return ends_; }
  // Where the `number`th of them is. Up to kSpare after the last there is the size of the stretch.
  [[nodiscard]] std::size_t end(std::size_t number) const { return places_[number]; }

  // The place of the first `:` at or after `from`, which is in the stretch; some number that is not
  // less than the stretch's size when there is none.
  [[nodiscard]] std::size_t colon(std::size_t from) const {
    std::uint64_t bits = 0;
    std::memcpy(&bits, reinterpret_cast<const char*>(colons_.data()) + from / kByteBits,
                sizeof(bits));
    bits >>= from % kByteBits;
    // A name of more than fifty bytes is rare.
    return bits != 0 ? from + static_cast<std::size_t>(__builtin_ctzll(bits)) : far_colon(from);
  }

  static constexpr std::size_t kSpare = 3;

 private:
  static constexpr std::size_t kWordBits = 64;
  static constexpr std::size_t kByteBits = 8;
  static constexpr std::size_t kWords = kSizeMax / kWordBits;

  [[nodiscard]] std::size_t far_colon(std::size_t from) const;
  void find_baseline(const char* at, std::size_t size);
  void find_avx2(const char* at, std::size_t size);
  void find_avx512(const char* at, std::size_t size);

  base::CpuLevel cpu_level_;
  std::size_t size_ = 0;
  std::size_t ends_ = 0;
  // A bit for each byte, the lowest that of the first; one more word for looks across the end.
  std::array<std::uint64_t, kWords + 1> colons_{};
  std::array<std::uint16_t, kSizeMax + kWordBits + kSpare> places_{};
};

}  // namespace weir::statsd
