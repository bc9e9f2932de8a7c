// SPDX-License-Identifier: Apache-2.0
#include "pipeline/sample_group.h"

namespace weir::pipeline {

void SampleGroup::add(const sample::Sample& sample, std::string_view line,
                      const sample::Fingerprint& identity, bool name_tags_uncounted) {
  sample::Sample& parsed = parsed_[count_] = sample;
  WaitingSample& waiting = waiting_[count_++];
  waiting.at = line.data();
  waiting.size = static_cast<std::uint32_t>(line.size());
  waiting.value = sample.value;
  waiting.kind = sample.kind;
  waiting.identity = identity;
  waiting.parsed = &parsed;
  waiting.name_tags_uncounted = name_tags_uncounted;
}

namespace {

void identify_lines_baseline(std::span<WaitingSample> waiting,
                             const sample::Fingerprinter& fingerprinter) {
  for (WaitingSample& one : waiting) {
    if (!one.is_unchecked()) continue;
    one.identity = fingerprinter.of_plain_baseline(one.kind, one.name(), one.tags());
  }
}

#ifdef __x86_64__

WEIR_AVX2 void identify_lines_avx2(std::span<WaitingSample> waiting,
                                   const sample::Fingerprinter& fingerprinter) {
  for (WaitingSample& one : waiting) {
    if (!one.is_unchecked()) continue;
    one.identity = fingerprinter.of_plain_avx2(one.kind, one.name(), one.tags());
  }
}

WEIR_AVX512 void identify_lines_avx512(std::span<WaitingSample> waiting,
                                       const sample::Fingerprinter& fingerprinter) {
  for (WaitingSample& one : waiting) {
    if (!one.is_unchecked()) continue;
    one.identity = fingerprinter.of_plain_avx512(one.kind, one.name(), one.tags());
  }
}

#endif

}  // namespace

void identify_lines(std::span<WaitingSample> waiting, const sample::Fingerprinter& fingerprinter) {
#ifdef __x86_64__
  if (fingerprinter.cpu_level() == base::CpuLevel::Avx512) {
    return identify_lines_avx512(waiting, fingerprinter);
  }
  if (fingerprinter.cpu_level() == base::CpuLevel::Avx2) {
    return identify_lines_avx2(waiting, fingerprinter);
  }
#endif
  identify_lines_baseline(waiting, fingerprinter);
}

}  // namespace weir::pipeline
