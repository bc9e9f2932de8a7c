// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir::base {

// `write_short_whole` takes numbers below this, and room for so many bytes.
inline constexpr std::uint32_t kShortWholeEnd = 100'000'000;
inline constexpr std::size_t kShortWholeRoom = 8;

// Writes `value` in decimal to `to`, where bytes after its end change too, and returns its end.
// Without a branch: how many digits numbers have is hard to foretell.
inline char* write_short_whole(char* to, std::uint32_t value) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint32_t kTenThousand = 10'000;
  constexpr std::size_t kByteBits = 8;
  // Two numbers of four digits become four of two digits, and eight of one, the first in front. To
  // divide such small ones a multiplication and a shift do.
  const std::uint64_t fours = value / kTenThousand | std::uint64_t{value % kTenThousand}
                                                         << (4 * kByteBits);
  const std::uint64_t hundreds = fours * 10486 >> 20U & 0x0000'007F'0000'007F;
  const std::uint64_t twos = ((fours - 100 * hundreds) << (2 * kByteBits)) + hundreds;
  const std::uint64_t tens = twos * 103 >> 10U & 0x000F'000F'000F'000F;
  const std::uint64_t digits = ((twos - 10 * tens) << kByteBits) + tens;
  // The last digit stays where it is 0.
  const auto zeros = static_cast<std::size_t>(std::countr_zero(digits | 1ULL << 56U)) / kByteBits;
  const std::uint64_t text = (digits | 0x3030'3030'3030'3030) >> (zeros * kByteBits);
  std::memcpy(to, &text, sizeof(text));
  return to + (kShortWholeRoom - zeros);
}

}  // namespace weir::base
