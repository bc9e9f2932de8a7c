// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/delimiters.h"

#include <bit>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace weir::statsd {

namespace {

constexpr std::size_t kBlock = 64;

// The last bytes of a stretch that is shorter than a block.
struct ShortBlock {
  ShortBlock(const char* at, std::size_t size) {
    // An empty stretch may be nowhere.
    if (size > 0) std::memcpy(bytes.data(), at, size);
  }
  std::array<char, kBlock> bytes{};
};

struct Found {
  std::uint64_t colons = 0;
  std::uint64_t ends = 0;
};

Found look(const char* at) {
  Found found;
#ifdef __SSE2__
  constexpr std::size_t kStep = 16;
  for (std::size_t step = 0; step < kBlock; step += kStep) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + step));
    const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('|')),
                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
    const __m128i colons = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(':'));
    found.ends |= std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(ends))} << step;
    found.colons |= std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(colons))} << step;
  }
#else
  for (std::size_t i = 0; i < kBlock; ++i) {
    found.colons |= std::uint64_t{at[i] == ':'} << i;
    found.ends |= std::uint64_t{at[i] == '|' || at[i] == '\n'} << i;
  }
#endif
  return found;
}

}  // namespace

std::size_t Delimiters::far_colon(std::size_t from) const {
  const std::size_t words = (size_ + kWordBits - 1) / kWordBits;
  for (std::size_t word = from / kWordBits; word < words; ++word) {
    std::uint64_t bits = colons_[word];
    if (word == from / kWordBits) bits &= ~std::uint64_t{0} << from % kWordBits;
    if (bits != 0) return word * kWordBits + static_cast<std::size_t>(std::countr_zero(bits));
  }
  return size_;
}

void Delimiters::find(const char* at, std::size_t size) {
  size_ = size;
#ifdef __x86_64__
  switch (cpu_level_) {
    case base::CpuLevel::Baseline: find_baseline(at, size); break;
    case base::CpuLevel::Avx2: find_avx2(at, size); break;
    case base::CpuLevel::Avx512: find_avx512(at, size); break;
  }
#else
  find_baseline(at, size);
#endif
  for (std::size_t i = 0; i < kSpare; ++i) places_[ends_ + i] = static_cast<std::uint16_t>(size);
  colons_[(size + kWordBits - 1) / kWordBits] = 0;
}

void Delimiters::find_baseline(const char* at, std::size_t size) {
  std::uint16_t* to = places_.data();
  for (std::size_t begin = 0; begin < size; begin += kBlock) {
    const std::size_t left = size - begin;
    Found found =
        left < kBlock ? look(ShortBlock(at + begin, left).bytes.data()) : look(at + begin);
    colons_[begin / kBlock] = found.colons;
    for (; found.ends != 0; found.ends &= found.ends - 1) {
      *to++ = static_cast<std::uint16_t>(begin +
                                         static_cast<std::size_t>(std::countr_zero(found.ends)));
    }
  }
  ends_ = static_cast<std::size_t>(to - places_.data());
}

#ifdef __x86_64__

namespace {

WEIR_AVX2 inline std::uint64_t places_of(__m256i found) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(found));
}

WEIR_AVX2 inline Found look_avx2(const char* at) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at) + 1);
  const __m256i colons = _mm256_set1_epi8(':');
  const __m256i bars = _mm256_set1_epi8('|');
  const __m256i newlines = _mm256_set1_epi8('\n');
  Found found;
  found.colons =
      places_of(_mm256_cmpeq_epi8(low, colons)) | places_of(_mm256_cmpeq_epi8(high, colons)) << 32U;
  found.ends =
      places_of(_mm256_or_si256(_mm256_cmpeq_epi8(low, bars), _mm256_cmpeq_epi8(low, newlines))) |
      places_of(_mm256_or_si256(_mm256_cmpeq_epi8(high, bars), _mm256_cmpeq_epi8(high, newlines)))
          << 32U;
  return found;
}

// How many ends a block has is hard to foretell, so a few are written always.
WEIR_AVX2 inline std::uint16_t* write_places(std::uint16_t* to, std::uint64_t ends,
                                             std::size_t begin) {
  constexpr std::ptrdiff_t kRound = 4;
  std::uint16_t* const behind = to + _mm_popcnt_u64(ends);
  do {
    for (std::ptrdiff_t i = 0; i < kRound; ++i) {
      to[i] = static_cast<std::uint16_t>(begin + _tzcnt_u64(ends));
      ends = _blsr_u64(ends);
    }
    to += kRound;
  } while (ends != 0);
  return behind;
}

}  // namespace

WEIR_AVX2 void Delimiters::find_avx2(const char* at, std::size_t size) {
  std::uint16_t* to = places_.data();
  std::size_t begin = 0;
  for (; size - begin >= kBlock; begin += kBlock) {
    const Found found = look_avx2(at + begin);
    colons_[begin / kBlock] = found.colons;
    to = write_places(to, found.ends, begin);
  }
  if (begin < size) {
    const Found found = look_avx2(ShortBlock(at + begin, size - begin).bytes.data());
    colons_[begin / kBlock] = found.colons;
    to = write_places(to, found.ends, begin);
  }
  ends_ = static_cast<std::size_t>(to - places_.data());
}

namespace {

// The numbers from 0 on.
WEIR_AVX512 inline __m512i count_up() {
  alignas(sizeof(__m512i)) static constexpr std::array<std::uint8_t, kBlock> kNumbers = [] {
    std::array<std::uint8_t, kBlock> numbers{};
    for (std::size_t i = 0; i < kBlock; ++i) numbers[i] = static_cast<std::uint8_t>(i);
    return numbers;
  }();
  return _mm512_load_si512(kNumbers.data());
}

// A block has few ends, and then all their places are written at once.
WEIR_AVX512 inline std::uint16_t* write_places_at_once(std::uint16_t* to, std::uint64_t ends,
                                                       std::size_t begin) {
  constexpr long long kAtOnce = sizeof(__m256i) / sizeof(std::uint16_t);
  const long long count = _mm_popcnt_u64(ends);
  if (count > kAtOnce) return write_places(to, ends, begin);
  const __m128i places = _mm512_castsi512_si128(_mm512_maskz_compress_epi8(ends, count_up()));
  const __m256i begins = _mm256_set1_epi16(static_cast<std::int16_t>(begin));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                      _mm256_add_epi16(_mm256_cvtepu8_epi16(places), begins));
  return to + count;
}

}  // namespace

WEIR_AVX512 void Delimiters::find_avx512(const char* at, std::size_t size) {
  const __m512i colons = _mm512_set1_epi8(':');
  const __m512i bars = _mm512_set1_epi8('|');
  const __m512i newlines = _mm512_set1_epi8('\n');
  std::uint16_t* to = places_.data();
  for (std::size_t begin = 0; begin < size; begin += kBlock) {
    const std::size_t left = size - begin;
    const __mmask64 here = left < kBlock ? (std::uint64_t{1} << left) - 1 : ~std::uint64_t{0};
    const __m512i bytes = _mm512_maskz_loadu_epi8(here, at + begin);
    colons_[begin / kBlock] = _mm512_cmpeq_epi8_mask(bytes, colons);
    const std::uint64_t ends =
        _mm512_cmpeq_epi8_mask(bytes, bars) | _mm512_cmpeq_epi8_mask(bytes, newlines);
    to = write_places_at_once(to, ends, begin);
  }
  ends_ = static_cast<std::size_t>(to - places_.data());
}

#endif

}  // namespace weir::statsd
