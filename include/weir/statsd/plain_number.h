// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "weir/base/short_decimal.h"

namespace weir::statsd {

namespace detail {

// The number that 8 digits make, the first of them in the lowest byte and less '0' each.
inline std::uint64_t join_digits(std::uint64_t word) {
  constexpr std::uint64_t kPairs = 0x00ff00ff00ff00ff;
  constexpr std::uint64_t kFours = 0x0000ffff0000ffff;
  word = (word * 10 + (word >> 8U)) & kPairs;
  word = (word * 100 + (word >> 16U)) & kFours;
  return (word * 10'000 + (word >> 32U)) & 0xffffffffU;
}

// A number of 1 to 8 characters in a word whose last byte is its last character; the bytes before
// the first are 0. Values have a point or none in any order, so there is no branch for one.
inline bool read_word_number(std::uint64_t word, double& number) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  // Lifts what is larger than 9 to the high bit.
  constexpr std::uint64_t kToHighBit = 0x7676767676767676;
  constexpr std::uint64_t kPoints = kOnes * ('.' ^ '0');
  const std::uint64_t apart = word ^ kPoints;
  // The lowest bit is that of the first point; those above may be wrong.
  const std::uint64_t points = (apart - kOnes) & ~apart & kHighBits;
  // All bits, or none without a point.
  const std::uint64_t if_point = -std::uint64_t{points != 0};
  // Bits before the point; any number when there is none.
  const auto before = static_cast<unsigned>(__builtin_ctzll(points | std::uint64_t{1} << 63U)) - 7;
  const std::uint64_t low = (std::uint64_t{1} << before) - 1;
  // What is before the point moves up into its place.
  const std::uint64_t joined = (word & ~(low << 8U | 0xffU)) | (word & low) << 8U;
  const std::uint64_t digits = (joined & if_point) | (word & ~if_point);
  if ((((digits + kToHighBit) | digits) & kHighBits) != 0) return false;
  const std::size_t decimals = (7 - before / 8) & if_point;
  number = static_cast<double>(static_cast<std::int64_t>(join_digits(digits))) /
           base::kPowersOfTen[decimals];
  return true;
}

}  // namespace detail

// Reads an unsigned decimal of few digits, `120` or `0.75`, that is the whole of [at, at + size);
// bytes up to `end` may be looked at. The value is that of `base::parse_number`, which is left
// everything else.
inline bool read_plain_number(const char* at, std::size_t size, const char* end, double& number) {
  constexpr std::size_t kWordBytes = sizeof(std::uint64_t);
  const bool is_short = size - 1 < kWordBytes && end - at >= std::ptrdiff_t{kWordBytes};
  // A point alone is no number, and a rare one has it at its end.
  if (std::endian::native != std::endian::little || !is_short || at[size - 1] == '.') {
    return base::read_short_decimal({at, size}, number);
  }
  constexpr std::uint64_t kZeros = 0x3030303030303030;
  std::uint64_t word = 0;
  std::memcpy(&word, at, kWordBytes);
  return detail::read_word_number((word ^ kZeros) << (8 * (kWordBytes - size)), number);
}

}  // namespace weir::statsd
