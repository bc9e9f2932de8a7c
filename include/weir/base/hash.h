// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace weir::base {

// Multiplies to 128 bits and folds the halves: every input bit reaches every output bit.
inline std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) {
#ifdef __x86_64__
  // GCC 12 takes the halves of a product through memory, and each multiplication waits for that.
  std::uint64_t high = 0;
  asm("mulq %[b]" : "+a"(a), "=d"(high) : [b] "r"(b) : "cc");
  return a ^ high;
#else
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
#endif
}

template <std::size_t kSize>
std::uint64_t load_word(const char* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, kSize);
  return word;
}

// Two words that few bytes make, 16 at most; texts of one size have equal words only if they are
// equal.
struct ShortWords {
  std::uint64_t head = 0;
  std::uint64_t tail = 0;
};

inline ShortWords load_short(const char* at, std::size_t size) {
  if (size >= 8) return {load_word<8>(at), load_word<8>(at + size - 8)};
  if (size >= 4) return {load_word<4>(at), load_word<4>(at + size - 4)};
  if (size == 0) return {};
  return {load_word<1>(at) | load_word<1>(at + size / 2) << 8 | load_word<1>(at + size - 1) << 16,
          0};
}

// Hash of `bytes` under `seed`, for tables in memory: a sender that does not know the seed cannot
// aim at one slot. Not stable between processes or versions.
inline std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
  // Odd constants with evenly spread bits; any such pair does.
  constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15;
  constexpr std::uint64_t kSecond = 0xd1b54a32d192ed03;
  // A factor that a sender knows could be made 0, and the product would forget all before.
  const std::uint64_t secret = seed * kSecond ^ kFirst;
  std::uint64_t state = seed ^ (bytes.size() * kFirst);
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  if (left > 32) {
    // Two chains side by side: a multiplication waits for the one before it.
    std::uint64_t other = state ^ kSecond;
    for (; left > 32; at += 32, left -= 32) {
      state = fold_multiply(load_word<8>(at) ^ kFirst ^ state, load_word<8>(at + 8) ^ secret);
      other = fold_multiply(load_word<8>(at + 16) ^ kFirst ^ other, load_word<8>(at + 24) ^ secret);
    }
    state ^= other * kFirst;
  }
  if (left > 16) {
    state = fold_multiply(load_word<8>(at) ^ kFirst ^ state, load_word<8>(at + 8) ^ secret);
    at += 16;
    left -= 16;
  }
  const ShortWords last = load_short(at, left);
  state = fold_multiply(last.head ^ kFirst ^ state, last.tail ^ secret);
  return fold_multiply(state ^ kSecond, kFirst);
}

}  // namespace weir::base
