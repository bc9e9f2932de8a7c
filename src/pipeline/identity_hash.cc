// SPDX-License-Identifier: Apache-2.0
#include "pipeline/identity_hash.h"

#include "pipeline/sample_group.h"
#include "weir/base/hash.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace weir::pipeline {

namespace {

std::uint64_t begin_common(std::uint64_t seed, sample::SampleKind kind, std::string_view name) {
  return base::hash_bytes(name, seed + static_cast<std::uint64_t>(kind));
}

}  // namespace

IdentityHash::IdentityHash(std::uint64_t seed, base::CpuLevel cpu_level)
    : cpu_level_(cpu_level), seed_(seed) {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    keys_[i] = base::hash_bytes({reinterpret_cast<const char*>(&i), sizeof(i)}, seed);
  }
}

std::uint64_t IdentityHash::of(const sample::Sample& sample) const {
#ifdef __x86_64__
  if (cpu_level_ != base::CpuLevel::Baseline) return of_avx2(sample);
#endif
  std::uint64_t hash = begin_common(seed_, sample.kind, sample.name);
  for (const auto field : sample.fields.all()) hash = base::hash_bytes(field, hash);
  return hash;
}

void IdentityHash::hash(std::span<WaitingSample> waiting) const {
#ifdef __x86_64__
  if (cpu_level_ != base::CpuLevel::Baseline) return hash_avx2(waiting);
#endif
  for (WaitingSample& one : waiting) {
    if (!one.is_unchecked()) continue;
    one.hash = begin_common(seed_, one.kind, one.name());
    if (one.tags_size != 0) one.hash = base::hash_bytes(one.tags(), one.hash);
  }
}

#ifdef __x86_64__

namespace {

// A round of AES stirs four bytes with each other and goes on with the next round; the last rounds
// reach all. Every piece is mixed with its size, so that pieces cannot run together.

WEIR_AVX2 inline __m128i load(const void* at) {
  return _mm_loadu_si128(static_cast<const __m128i*>(at));
}

WEIR_AVX2 inline __m128i stir(__m128i state, const char* at, std::size_t size) {
  constexpr std::size_t kBlock = sizeof(__m128i);
  if (size < kBlock) {
    const base::ShortWords words = base::load_short(at, size);
    return _mm_aesenc_si128(state, _mm_set_epi64x(static_cast<std::int64_t>(words.tail),
                                                  static_cast<std::int64_t>(words.head)));
  }
  const char* const last = at + size - kBlock;
  for (; at < last; at += kBlock) state = _mm_aesenc_si128(state, load(at));
  return _mm_aesenc_si128(state, load(last));
}

WEIR_AVX2 inline __m128i stir_size(__m128i state, std::size_t size) {
  return _mm_xor_si128(state, _mm_cvtsi64_si128(static_cast<std::int64_t>(size)));
}

WEIR_AVX2 inline __m128i stir_name(__m128i state, sample::SampleKind kind, std::string_view name) {
  constexpr unsigned kKindShift = 56;
  return stir(
      stir_size(state, name.size() | std::uint64_t{static_cast<std::uint8_t>(kind)} << kKindShift),
      name.data(), name.size());
}

WEIR_AVX2 inline __m128i stir_field(__m128i state, std::string_view field) {
  return stir(stir_size(state, field.size()), field.data(), field.size());
}

WEIR_AVX2 inline std::uint64_t finish(__m128i state, __m128i key) {
  state = _mm_aesenc_si128(state, key);
  state = _mm_aesenc_si128(state, key);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_aesenc_si128(state, key)));
}

}  // namespace

WEIR_AVX2 std::uint64_t IdentityHash::of_avx2(const sample::Sample& sample) const {
  __m128i state = stir_name(load(keys_.data()), sample.kind, sample.name);
  for (const auto field : sample.fields.all()) state = stir_field(state, field);
  return finish(state, load(keys_.data() + 2));
}

WEIR_AVX2 void IdentityHash::hash_avx2(std::span<WaitingSample> waiting) const {
  const __m128i first = load(keys_.data());
  const __m128i last = load(keys_.data() + 2);
  for (WaitingSample& one : waiting) {
    if (!one.is_unchecked()) continue;
    __m128i state = stir_name(first, one.kind, one.name());
    if (one.tags_size != 0) state = stir_field(state, one.tags());
    one.hash = finish(state, last);
  }
}

#endif

}  // namespace weir::pipeline
