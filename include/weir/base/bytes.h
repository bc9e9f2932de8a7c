// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace weir::base {

// A few bytes at a time, inline: for the pieces of a line a call costs more than the work.

namespace detail {

#ifdef __SSE2__
inline std::uint64_t places_of(__m128i found) {
  return static_cast<std::uint32_t>(_mm_movemask_epi8(found));
}

inline __m128i load_block(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

// A bit for each of the 16 bytes at `at` that is `a` or `b`.
inline std::uint64_t places_of_either(const char* at, __m128i a, __m128i b) {
  const __m128i block = load_block(at);
  return places_of(_mm_or_si128(_mm_cmpeq_epi8(block, a), _mm_cmpeq_epi8(block, b)));
}
#endif

}  // namespace detail

// The first `a` or `b` in [at, end), or `end`.
inline const char* find_either(const char* at, const char* end, char a, char b) {
#ifdef __SSE2__
  constexpr std::ptrdiff_t kBlock = 16;
  const __m128i as = _mm_set1_epi8(a);
  const __m128i bs = _mm_set1_epi8(b);
  const bool is_short = end - at < kBlock;
  // Four blocks for one branch: how many of them a text fills is hard to foretell.
  for (; end - at >= 4 * kBlock; at += 4 * kBlock) {
    const std::uint64_t places = detail::places_of_either(at, as, bs) |
                                 detail::places_of_either(at + kBlock, as, bs) << 16U |
                                 detail::places_of_either(at + 2 * kBlock, as, bs) << 32U |
                                 detail::places_of_either(at + 3 * kBlock, as, bs) << 48U;
    if (places != 0) return at + __builtin_ctzll(places);
  }
  for (; end - at >= kBlock; at += kBlock) {
    const std::uint64_t places = detail::places_of_either(at, as, bs);
    if (places != 0) return at + __builtin_ctzll(places);
  }
  if (!is_short) {
    // The last block overlaps bytes that hold neither.
    const std::uint64_t places = detail::places_of_either(end - kBlock, as, bs);
    return places == 0 ? end : end - kBlock + __builtin_ctzll(places);
  }
#endif
  while (at != end && *at != a && *at != b) ++at;
  return at;
}

namespace detail {

template <std::size_t kSize>
std::uint64_t difference(const char* left, const char* right) {
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::memcpy(&a, left, kSize);
  std::memcpy(&b, right, kSize);
  return a ^ b;
}

template <std::size_t kSize>
void copy_of(char* to, const char* from) {
  std::memcpy(to, from, kSize);
}

}  // namespace detail

// Copies `size` bytes to a place that does not overlap theirs; returns the end of the copy.
inline char* copy_bytes(char* to, const char* from, std::size_t size) {
  using detail::copy_of;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  char* const end = to + size;
  if (size >= 2 * kWord) {
    // The last two words may overlap those before.
    const char* const from_end = from + size;
    for (; end - to > static_cast<std::ptrdiff_t>(2 * kWord); to += 2 * kWord, from += 2 * kWord) {
      copy_of<2 * kWord>(to, from);
    }
    copy_of<2 * kWord>(end - 2 * kWord, from_end - 2 * kWord);
  } else if (size >= kWord) {
    const char* const from_end = from + size;
    copy_of<kWord>(to, from);
    copy_of<kWord>(end - kWord, from_end - kWord);
  } else {
    while (to != end) *to++ = *from++;
  }
  return end;
}

// True when the `size` bytes at both places are equal.
inline bool equal_bytes(const char* left, const char* right, std::size_t size) {
  using detail::difference;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  if (size >= 2 * kWord) {
    // The last two words may overlap those before.
    const std::size_t last = size - 2 * kWord;
    std::uint64_t seen = 0;
    for (std::size_t at = 0; at < last; at += 2 * kWord) {
      seen |= difference<kWord>(left + at, right + at) |
              difference<kWord>(left + at + kWord, right + at + kWord);
    }
    return (seen | difference<kWord>(left + last, right + last) |
            difference<kWord>(left + last + kWord, right + last + kWord)) == 0;
  }
  if (size >= kWord) {
    const std::size_t last = size - kWord;
    return (difference<kWord>(left, right) | difference<kWord>(left + last, right + last)) == 0;
  }
  constexpr std::size_t kHalf = kWord / 2;
  if (size >= kHalf) {
    const std::size_t last = size - kHalf;
    return (difference<kHalf>(left, right) | difference<kHalf>(left + last, right + last)) == 0;
  }
  for (std::size_t at = 0; at < size; ++at) {
    if (left[at] != right[at]) return false;
  }
  return true;
}

}  // namespace weir::base
