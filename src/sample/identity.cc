// SPDX-License-Identifier: Apache-2.0
#include "weir/sample/identity.h"

#include <cstring>

namespace weir::sample {

namespace {

char* write_piece(char* to, std::string_view piece, char end) {
  std::memcpy(to, piece.data(), piece.size());
  to[piece.size()] = end;
  return to + piece.size() + IdentityLayout::kEndSize;
}

}  // namespace

bool has_identity(const Sample& sample) {
  return sample.name_colons <= IdentityLayout::kNameColonsMax;
}

std::size_t identity_size(const Sample& sample) {
  std::size_t size = IdentityLayout::kNamePlace + sample.name.size() + IdentityLayout::kEndSize;
  for (const auto field : sample.fields.all()) size += field.size() + IdentityLayout::kEndSize;
  return size;
}

void write_identity(char* to, const Sample& sample) {
  *to = IdentityLayout::first_byte(sample.kind, sample.name_colons);
  to = write_piece(to + IdentityLayout::kNamePlace, sample.name, IdentityLayout::kNameEnd);
  for (const auto field : sample.fields.all()) {
    to = write_piece(to, field, IdentityLayout::kFieldEnd);
  }
}

IdentityHash::IdentityHash(std::uint64_t seed, base::CpuLevel cpu_level)
    : cpu_level_(cpu_level), seed_(seed) {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    keys_[i] = base::hash_bytes({reinterpret_cast<const char*>(&i), sizeof(i)}, seed);
  }
}

std::uint64_t IdentityHash::of(const Sample& sample) const {
#ifdef __x86_64__
  if (cpu_level_ != base::CpuLevel::Baseline) return of_avx2(sample);
#endif
  std::uint64_t hash = hash_name(sample.kind, sample.name);
  for (const auto field : sample.fields.all()) hash = base::hash_bytes(field, hash);
  return hash;
}

#ifdef __x86_64__

WEIR_AVX2 std::uint64_t IdentityHash::of_avx2(const Sample& sample) const {
  __m128i state = detail::stir_name(detail::load(keys_.data()), sample.kind, sample.name);
  for (const auto field : sample.fields.all()) state = detail::stir_field(state, field);
  return detail::finish(state, detail::load(keys_.data() + 2));
}

#endif

}  // namespace weir::sample
