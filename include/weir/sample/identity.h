// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "weir/base/cpu.h"
#include "weir/base/hash.h"
#include "weir/sample/sample.h"

namespace weir::sample {

// The wire identity of a sample: its kind, its name as sent, and its identity fields in the order
// sent. Which bytes these are is known here and nowhere else.

// Bytes of the name and of all fields.
[[nodiscard]] std::size_t identity_size(const Sample& sample);

// An identity in 128 bits, which two different ones share so seldom that who compares fingerprints
// need not compare bytes (`Fingerprinter`).
struct Fingerprint {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  // No branch for each half.
  friend bool operator==(const Fingerprint& a, const Fingerprint& b) {
    return ((a.low ^ b.low) | (a.high ^ b.high)) == 0;
  }
};

// Makes fingerprints under a seed. A sender that does not know it can neither aim at one slot of a
// table nor make two identities of one fingerprint. Not stable between processes, versions or
// processors. Any thread.
//
// With AES, the bytes of an identity are cut into blocks, at the same places in all identities of
// the same sizes; the sizes are a block too. Each block is mixed with a secret of its number, goes
// through four rounds of AES and is added to the others by exclusive or. Two identities differ in a
// block, and for four rounds with random keys no difference leads to another with a probability
// above 2^-113 (L. Keliher and J. Sui, "Exact maximum expected differential and linear probability
// for two-round AES", 2007); so this bounds the probability that their fingerprints are equal.
// There are secrets for `kSizeMax` bytes: above that the bound does not hold. Without AES the
// halves are two hashes under secrets of their own.
class Fingerprinter {
 public:
  // The longest identity, in bytes, that can be told from all others.
  static constexpr std::size_t kSizeMax = 4096;

  // `cpu_level` must be one that the processor has.
  Fingerprinter(std::uint64_t seed, base::CpuLevel cpu_level);

  [[nodiscard]] Fingerprint of(const Sample& sample) const;

  // The fingerprint of an identity of one field at most, which is empty where there is none. To
  // make many, ask for the level once. Each gives what `of` gives at its level.
  [[nodiscard]] base::CpuLevel cpu_level() const { return cpu_level_; }
  [[nodiscard]] Fingerprint of_plain_baseline(SampleKind kind, std::string_view name,
                                              std::string_view field) const {
    Fingerprint print = hash_name(kind, name);
    return field.empty() ? print : hash_field(print, field);
  }
#ifdef __x86_64__
  [[nodiscard]] WEIR_AVX2 Fingerprint of_plain_avx2(SampleKind kind, std::string_view name,
                                                    std::string_view field) const {
    Sum sum = begin(kind, name.size(), field.empty() ? 0 : 1, field.size());
    add(sum, name);
    if (!field.empty()) add(sum, field);
    return finish(sum);
  }
  [[nodiscard]] WEIR_AVX512 Fingerprint of_plain_avx512(SampleKind kind, std::string_view name,
                                                        std::string_view field) const {
    WideSum sum = begin_wide(kind, name.size(), field.empty() ? 0 : 1, field.size());
    add(sum, name);
    if (!field.empty()) add(sum, field);
    return finish(sum);
  }
#endif

 private:
  static constexpr std::size_t kBlockBytes = 16;
  // For each full block, and for the last four blocks of each piece and of its size.
  static constexpr std::size_t kSecrets = 512;
  static_assert(kSecrets > kSizeMax / kBlockBytes + 8 * (IdentityFields::kMax + 1));
  static constexpr std::size_t kRounds = 4;
  using Block = std::array<std::uint64_t, 2>;

  [[nodiscard]] Fingerprint hash_name(SampleKind kind, std::string_view name) const {
    const auto number = static_cast<std::uint64_t>(kind);
    return {base::hash_bytes(name, round_keys_[0][0] + number),
            base::hash_bytes(name, round_keys_[0][1] + number)};
  }
  [[nodiscard]] static Fingerprint hash_field(const Fingerprint& before, std::string_view field) {
    return {base::hash_bytes(field, before.low), base::hash_bytes(field, before.high)};
  }

#ifdef __x86_64__
  // What the blocks so far add up to, and how many they are.
  struct Sum {
    __m128i total;
    std::size_t blocks;
  };

  WEIR_AVX2 static __m128i load(const void* at) {
    return _mm_loadu_si128(static_cast<const __m128i*>(at));
  }
  [[nodiscard]] WEIR_AVX2 __m128i stirred(__m128i block, std::size_t number) const {
    __m128i state = _mm_xor_si128(block, load(&secrets_[number]));
    for (const Block& key : round_keys_) state = _mm_aesenc_si128(state, load(&key));
    return state;
  }
  // Blocks that there are no secrets left for share the last: none has the first, which is that of
  // the sizes.
  WEIR_AVX2 void add(Sum& sum, __m128i block) const {
    sum.total = _mm_xor_si128(sum.total, stirred(block, sum.blocks));
    sum.blocks += sum.blocks + 1 < kSecrets ? 1 : 0;
  }
  // The first block: all that the sizes of the others depend on, but for further fields.
  [[nodiscard]] static __m128i head(SampleKind kind, std::size_t name_size, std::size_t fields,
                                    std::size_t first_size) {
    constexpr unsigned kFieldsShift = 8;
    constexpr unsigned kSizeShift = 16;
    const auto rest = static_cast<std::int64_t>(static_cast<std::uint64_t>(kind) |
                                                fields << kFieldsShift | first_size << kSizeShift);
    return _mm_set_epi64x(rest, static_cast<std::int64_t>(name_size));
  }
  [[nodiscard]] WEIR_AVX2 Sum begin(SampleKind kind, std::size_t name_size, std::size_t fields,
                                    std::size_t first_size) const {
    return {stirred(head(kind, name_size, fields, first_size), 0), 1};
  }
  // The last block overlaps the one before it.
  WEIR_AVX2 void add(Sum& sum, std::string_view piece) const {
    const char* at = piece.data();
    if (piece.size() < kBlockBytes) {
      const base::ShortWords words = base::load_short(at, piece.size());
      return add(sum, _mm_set_epi64x(static_cast<std::int64_t>(words.tail),
                                     static_cast<std::int64_t>(words.head)));
    }
    const char* const last = at + piece.size() - kBlockBytes;
    for (; at < last; at += kBlockBytes) add(sum, load(at));
    add(sum, load(last));
  }
  [[nodiscard]] WEIR_AVX2 static Fingerprint finish(const Sum& sum) {
    return {static_cast<std::uint64_t>(_mm_cvtsi128_si64(sum.total)),
            static_cast<std::uint64_t>(_mm_extract_epi64(sum.total, 1))};
  }
  [[nodiscard]] WEIR_AVX2 Fingerprint of_avx2(const Sample& sample) const;

  // The same, four blocks at a time; what is after the end of a piece is zeros.
  struct WideSum {
    __m512i total;
    std::size_t blocks;
  };
  static constexpr std::size_t kWideBlocks = sizeof(__m512i) / kBlockBytes;

  WEIR_AVX512 void add(WideSum& sum, __m512i blocks) const {
    __m512i state = _mm512_xor_si512(blocks, _mm512_loadu_si512(&secrets_[sum.blocks]));
    for (const Block& key : round_keys_) {
      const __m128i narrow = _mm_loadu_si128(reinterpret_cast<const __m128i*>(&key));
      state = _mm512_aesenc_epi128(state, _mm512_broadcast_i32x4(narrow));
    }
    sum.total = _mm512_xor_si512(sum.total, state);
    sum.blocks += sum.blocks + kWideBlocks < kSecrets ? kWideBlocks : 0;
  }
  [[nodiscard]] WEIR_AVX512 WideSum begin_wide(SampleKind kind, std::size_t name_size,
                                               std::size_t fields, std::size_t first_size) const {
    WideSum sum{_mm512_setzero_si512(), 0};
    add(sum, _mm512_zextsi128_si512(head(kind, name_size, fields, first_size)));
    return sum;
  }
  WEIR_AVX512 void add(WideSum& sum, std::string_view piece) const {
    const char* at = piece.data();
    std::size_t left = piece.size();
    for (; left > sizeof(__m512i); at += sizeof(__m512i), left -= sizeof(__m512i)) {
      add(sum, _mm512_loadu_si512(at));
    }
    const auto present = _bzhi_u64(~std::uint64_t{0}, static_cast<unsigned>(left));
    add(sum, _mm512_maskz_loadu_epi8(present, at));
  }
  [[nodiscard]] WEIR_AVX512 static Fingerprint finish(const WideSum& sum) {
    // Masked, since GCC 12 warns of what it does without a mask.
    constexpr __mmask8 kAll = 0xff;
    const __m256i half = _mm256_xor_si256(_mm512_maskz_extracti64x4_epi64(kAll, sum.total, 0),
                                          _mm512_maskz_extracti64x4_epi64(kAll, sum.total, 1));
    const __m128i total =
        _mm_xor_si128(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    return {static_cast<std::uint64_t>(_mm_cvtsi128_si64(total)),
            static_cast<std::uint64_t>(_mm_extract_epi64(total, 1))};
  }
  [[nodiscard]] WEIR_AVX512 Fingerprint of_avx512(const Sample& sample) const;
#endif

  base::CpuLevel cpu_level_;
  std::array<Block, kRounds> round_keys_{};
  std::array<Block, kSecrets> secrets_{};
};

}  // namespace weir::sample
