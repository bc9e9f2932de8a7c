// SPDX-License-Identifier: Apache-2.0
#include "weir/sample/identity.h"

namespace weir::sample {

std::size_t identity_size(const Sample& sample) {
  std::size_t size = sample.name.size();
  for (const auto field : sample.fields.all()) size += field.size();
  return size;
}

Fingerprinter::Fingerprinter(std::uint64_t seed, base::CpuLevel cpu_level) : cpu_level_(cpu_level) {
  std::uint64_t number = 0;
  const auto secret = [&number, seed] {
    const std::uint64_t at = number++;
    return base::hash_bytes({reinterpret_cast<const char*>(&at), sizeof at}, seed);
  };
  for (Block& key : round_keys_) key = {secret(), secret()};
  for (Block& mask : secrets_) mask = {secret(), secret()};
}

Fingerprint Fingerprinter::of(const Sample& sample) const {
#ifdef __x86_64__
  if (cpu_level_ == base::CpuLevel::Avx512) return of_avx512(sample);
  if (cpu_level_ == base::CpuLevel::Avx2) return of_avx2(sample);
#endif
  Fingerprint print = hash_name(sample.kind, sample.name);
  for (const auto field : sample.fields.all()) print = hash_field(print, field);
  return print;
}

#ifdef __x86_64__

WEIR_AVX2 Fingerprint Fingerprinter::of_avx2(const Sample& sample) const {
  const auto fields = sample.fields.all();
  Sum sum = begin(sample.kind, sample.name.size(), fields.size(),
                  fields.empty() ? 0 : fields.front().size());
  add(sum, sample.name);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) add(sum, _mm_cvtsi64_si128(static_cast<std::int64_t>(fields[i].size())));
    add(sum, fields[i]);
  }
  return finish(sum);
}

WEIR_AVX512 Fingerprint Fingerprinter::of_avx512(const Sample& sample) const {
  const auto fields = sample.fields.all();
  WideSum sum = begin_wide(sample.kind, sample.name.size(), fields.size(),
                           fields.empty() ? 0 : fields.front().size());
  add(sum, sample.name);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) {
      add(sum,
          _mm512_zextsi128_si512(_mm_cvtsi64_si128(static_cast<std::int64_t>(fields[i].size()))));
    }
    add(sum, fields[i]);
  }
  return finish(sum);
}

#endif

}  // namespace weir::sample
