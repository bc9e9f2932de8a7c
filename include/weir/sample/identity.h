// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "weir/base/bytes.h"
#include "weir/base/cpu.h"
#include "weir/base/hash.h"
#include "weir/sample/sample.h"

namespace weir::sample {

// The wire identity of a sample: its kind, its name as sent, and its identity fields in the order
// sent. How it is laid out, compared and hashed is known here and nowhere else.

// An identity as bytes: a byte with the kind and the number of colons in the name, the name with an
// end mark, each field with an end mark. A field holds no bar, or it is the only one and begins as
// no other does; and the first byte has the number of colons, so that no two identities have the
// same bytes.
struct IdentityLayout {
  static constexpr char kNameEnd = ':';
  static constexpr char kFieldEnd = '|';
  static constexpr std::size_t kEndSize = 1;
  static constexpr std::size_t kNamePlace = 1;
  static constexpr unsigned kKindBits = 3;
  static constexpr std::uint8_t kNameColonsMax = 31;

  static constexpr char first_byte(SampleKind kind, std::uint8_t name_colons) {
    return static_cast<char>(static_cast<unsigned>(kind) | static_cast<unsigned>(name_colons)
                                                               << kKindBits);
  }
};

// The same of a sample with no colon in its name and one field at most, which nearly all lines are.
struct PlainIdentityLayout {
  static constexpr char first_byte(SampleKind kind) { return IdentityLayout::first_byte(kind, 0); }
  static constexpr std::size_t field_place(std::size_t name_size) {
    return IdentityLayout::kNamePlace + name_size + IdentityLayout::kEndSize;
  }
  // `field_size` 0: there is none.
  static constexpr std::size_t size(std::size_t name_size, std::size_t field_size) {
    return field_place(name_size) + (field_size == 0 ? 0 : field_size + IdentityLayout::kEndSize);
  }
};

// False for a sample whose identity cannot be written: its name has more than kNameColonsMax
// colons.
[[nodiscard]] bool has_identity(const Sample& sample);
// Bytes of the identity. Precondition, as of the next: `has_identity(sample)`.
[[nodiscard]] std::size_t identity_size(const Sample& sample);
// Writes `identity_size(sample)` bytes.
void write_identity(char* to, const Sample& sample);

namespace detail {

// Compares the next piece of an identity and moves past it and its end mark.
inline bool skip_piece(std::string_view& identity, std::string_view piece, char end) {
  if (identity.size() <= piece.size() || identity[piece.size()] != end) return false;
  if (!base::equal_bytes(identity.data(), piece.data(), piece.size())) return false;
  identity.remove_prefix(piece.size() + IdentityLayout::kEndSize);
  return true;
}

}  // namespace detail

// True when `identity`, which `write_identity` wrote, is that of `sample`.
inline bool is_identity_of(std::string_view identity, const Sample& sample) {
  const char first = IdentityLayout::first_byte(sample.kind, sample.name_colons);
  if (identity.front() != first) return false;
  identity.remove_prefix(IdentityLayout::kNamePlace);
  if (!detail::skip_piece(identity, sample.name, IdentityLayout::kNameEnd)) return false;
  for (const auto field : sample.fields.all()) {
    if (!detail::skip_piece(identity, field, IdentityLayout::kFieldEnd)) return false;
  }
  return identity.empty();
}

#ifdef __x86_64__

namespace detail {

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

WEIR_AVX2 inline __m128i stir_name(__m128i state, SampleKind kind, std::string_view name) {
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

}  // namespace detail

#endif

// Hashes identities under a seed: a sender that does not know it cannot aim at one slot of a table.
// Not stable between processes, versions or processors. Small: copy it where many are hashed, so
// that its keys stay in registers.
class IdentityHash {
 public:
  // `cpu_level` must be one that the processor has.
  IdentityHash(std::uint64_t seed, base::CpuLevel cpu_level);

  [[nodiscard]] std::uint64_t of(const Sample& sample) const;

  // The hash of a plain identity; `field` is empty where there is none. To hash many, ask for the
  // level once. Both give what `of` gives at their level, Avx2 meaning that or a better one.
  [[nodiscard]] base::CpuLevel cpu_level() const { return cpu_level_; }
  [[nodiscard]] std::uint64_t of_plain_baseline(SampleKind kind, std::string_view name,
                                                std::string_view field) const {
    const std::uint64_t hash = hash_name(kind, name);
    return field.empty() ? hash : base::hash_bytes(field, hash);
  }
#ifdef __x86_64__
  [[nodiscard]] WEIR_AVX2 std::uint64_t of_plain_avx2(SampleKind kind, std::string_view name,
                                                      std::string_view field) const {
    __m128i state = detail::stir_name(detail::load(keys_.data()), kind, name);
    if (!field.empty()) state = detail::stir_field(state, field);
    return detail::finish(state, detail::load(keys_.data() + 2));
  }
#endif

 private:
  // Of 16 bytes each.
  static constexpr std::size_t kKeys = 2;

  [[nodiscard]] std::uint64_t hash_name(SampleKind kind, std::string_view name) const {
    return base::hash_bytes(name, seed_ + static_cast<std::uint64_t>(kind));
  }
  [[nodiscard]] std::uint64_t of_avx2(const Sample& sample) const;

  base::CpuLevel cpu_level_;
  std::uint64_t seed_;
  std::array<std::uint64_t, 2 * kKeys> keys_{};
};

}  // namespace weir::sample
