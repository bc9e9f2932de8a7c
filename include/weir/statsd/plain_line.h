// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "weir/base/bytes.h"
#include "weir/statsd/dialect.h"
#include "weir/statsd/sample.h"

namespace weir::statsd {

namespace detail {

// Integers of so many digits, and powers of ten up to that, are exact doubles: one division rounds
// correctly.
inline constexpr int kExactDigits = 15;
inline constexpr double kPowersOfTen[kExactDigits + 1] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// How many of the 8 bytes in `word`, the first of them lowest, are digits before the first that is
// none; `word` has been xored with eight times '0'.
inline unsigned leading_digits(std::uint64_t word) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  // Carries only what is larger than 9, and so disturbs nothing before the first of them.
  constexpr std::uint64_t kToHighBit = 0x7676767676767676;
  const std::uint64_t others = ((word + kToHighBit) | word) & kHighBits;
  return others == 0 ? 8 : static_cast<unsigned>(__builtin_ctzll(others)) / 8;
}

// The number that 8 digits make, the first of them lowest.
inline std::uint64_t join_digits(std::uint64_t word) {
  constexpr std::uint64_t kPairs = 0x00ff00ff00ff00ff;
  constexpr std::uint64_t kFours = 0x0000ffff0000ffff;
  word = (word * 10 + (word >> 8U)) & kPairs;
  word = (word * 100 + (word >> 16U)) & kFours;
  return (word * 10'000 + (word >> 32U)) & 0xffffffffU;
}

// Up to 7 digits without a branch for each; more are left to the loop.
inline std::uint64_t take_digits(const char*& at, const char* end, std::uint64_t number) {
  constexpr std::ptrdiff_t kWord = sizeof(std::uint64_t);
  constexpr std::uint64_t kZeros = 0x3030303030303030;
  if constexpr (std::endian::native == std::endian::little) {
    if (number == 0 && end - at >= kWord) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, sizeof word);
      word ^= kZeros;
      const unsigned digits = leading_digits(word);
      if (digits > 0 && digits < 8) {
        at += digits;
        return join_digits(word << (64 - 8 * digits));
      }
    }
  }
  for (; at != end && *at >= '0' && *at <= '9'; ++at) {
    number = number * 10 + static_cast<std::uint64_t>(*at - '0');
  }
  return number;
}

// Moves behind an unsigned decimal of few digits, `120` or `0.75`.
inline bool take_number(const char*& at, const char* end, double& number) {
  if (end - at > kExactDigits + 1) end = at + kExactDigits + 1;
  const char* const begin = at;
  std::uint64_t digits = take_digits(at, end, 0);
  const char* const point = at;
  if (at == begin || at - begin > kExactDigits) return false;
  if (at == end || *at != '.') {
    number = static_cast<double>(digits);
    return true;
  }
  digits = take_digits(++at, end, digits);
  number = static_cast<double>(digits) / kPowersOfTen[at - point - 1];
  return true;
}

inline constexpr std::uint8_t kNoKind = 255;

// By the first letter of the type; a timer has a second one.
inline constexpr std::array<std::uint8_t, 256> kKinds = [] {
  std::array<std::uint8_t, 256> kinds{};
  kinds.fill(kNoKind);
  kinds['c'] = static_cast<std::uint8_t>(SampleKind::Counter);
  kinds['g'] = static_cast<std::uint8_t>(SampleKind::Gauge);
  kinds['m'] = static_cast<std::uint8_t>(SampleKind::Timer);
  kinds['h'] = static_cast<std::uint8_t>(SampleKind::Histogram);
  kinds['d'] = static_cast<std::uint8_t>(SampleKind::Distribution);
  return kinds;
}();

// Moves behind the letters of a type. Kinds come in any order, so there is no branch for each.
inline bool take_kind(const char*& at, const char* end, SampleKind& kind) {
  if (at == end) return false;
  const std::uint8_t found = kKinds[static_cast<unsigned char>(*at)];
  const bool is_timer = found == static_cast<std::uint8_t>(SampleKind::Timer);
  if (found == kNoKind || end - at < 1 + is_timer) return false;
  kind = static_cast<SampleKind>(found);
  const bool is_whole = static_cast<int>(at[is_timer] == 's') >= static_cast<int>(is_timer);
  at += 1 + is_timer;
  return is_whole;
}

}  // namespace detail

// Reads the line at `at`, in a datagram that ends at `end`, if it has the shape of nearly all that
// is sent: `NAME:NUMBER|TYPE`, or with dogstatsd `NAME:NUMBER|TYPE|#TAGS`, where the number is a
// short decimal without a sign. Returns the line's end, its newline or `end`; null when the line
// has any other shape, and then `sample`, which has to be new, means nothing.
//
// It checks no more than the shape. What `LineParser` would still refuse, it refuses for what
// stands in the name and the tags: whoever finds the sample's identity among those that
// `LineParser` accepted knows that this line is good, and otherwise has to ask it.
inline const char* read_plain_line(const char* at, const char* end, const Dialects& dialects,
                                   Sample& sample) {
  const char* const colon = base::find_either(at, end, ':', '\n');
  if (colon == end || *colon != ':') return nullptr;
  sample.name = {at, static_cast<std::size_t>(colon - at)};
  at = colon + 1;
  if (!detail::take_number(at, end, sample.value)) return nullptr;
  if (at == end || *at++ != '|') return nullptr;
  if (!detail::take_kind(at, end, sample.kind)) return nullptr;
  if (at == end || *at == '\n') return at;
  if (!dialects.dogstatsd || end - at < 2 || at[0] != '|' || at[1] != '#') return nullptr;
  const char* const tags = at + 1;
  at = base::find_either(tags, end, '\n', '|');
  // Fields that follow, and the carriage return that a line may end with, are left to the parser.
  if ((at != end && *at == '|') || at[-1] == '\r') return nullptr;
  static_cast<void>(sample.fields.add({tags, static_cast<std::size_t>(at - tags)}));
  return at;
}

}  // namespace weir::statsd
