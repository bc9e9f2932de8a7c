// SPDX-License-Identifier: Apache-2.0
#include "pipeline/sample_group.h"

#include "weir/base/bytes.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace weir::pipeline {

void SampleGroup::add(const sample::Sample& sample, std::string_view line, std::uint64_t hash,
                      bool name_tags_uncounted) {
  sample::Sample& parsed = parsed_[count_] = sample;
  WaitingSample& waiting = waiting_[count_++];
  waiting.at = line.data();
  waiting.size = static_cast<std::uint32_t>(line.size());
  waiting.value = sample.value;
  waiting.kind = sample.kind;
  waiting.hash = hash;
  waiting.parsed = &parsed;
  waiting.name_tags_uncounted = name_tags_uncounted;
}

namespace {

// What the key of a line's identity has before its name, and behind its name and its tags.
constexpr std::size_t kMark = 1;

bool may_hold(const BindingTable::Entry& entry, const statsd::PlainLine& line) {
  const std::size_t tags = line.tags_size == 0 ? 0 : line.tags_size + kMark;
  return entry.size == kMark + line.name_size + kMark + tags &&
         entry.key().front() == static_cast<char>(line.kind);
}

void drop_mismatches_baseline(std::span<WaitingSample> waiting) {
  for (WaitingSample& one : waiting) {
    if (one.entry == nullptr || !one.is_unchecked()) continue;
    const statsd::PlainLine& line = one;
    const char* const name = one.entry->key().data() + kMark;
    // The mark behind the name is in the line too.
    const bool is_holder =
        may_hold(*one.entry, line) && base::equal_bytes(name, line.at, line.name_size + kMark) &&
        base::equal_bytes(name + line.name_size + kMark, line.tags().data(), line.tags_size);
    if (!is_holder) one.entry = nullptr;
  }
}

#ifdef __x86_64__

WEIR_AVX2 inline __m256i load(const char* at) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

// True when the texts are equal.
WEIR_AVX2 inline bool equal_avx2(const char* left, const char* right, std::size_t size) {
  constexpr std::size_t kBlock = sizeof(__m256i);
  if (size < kBlock) return base::equal_bytes(left, right, size);
  const std::size_t last = size - kBlock;
  __m256i seen = _mm256_xor_si256(load(left + last), load(right + last));
  for (std::size_t at = 0; at < last; at += kBlock) {
    seen = _mm256_or_si256(seen, _mm256_xor_si256(load(left + at), load(right + at)));
  }
  return _mm256_testz_si256(seen, seen) != 0;
}

WEIR_AVX2 void drop_mismatches_avx2(std::span<WaitingSample> waiting) {
  for (WaitingSample& one : waiting) {
    if (one.entry == nullptr || !one.is_unchecked()) continue;
    const statsd::PlainLine& line = one;
    const char* const name = one.entry->key().data() + kMark;
    const bool is_holder =
        may_hold(*one.entry, line) && equal_avx2(name, line.at, line.name_size + kMark) &&
        equal_avx2(name + line.name_size + kMark, line.tags().data(), line.tags_size);
    if (!is_holder) one.entry = nullptr;
  }
}

#endif

}  // namespace

void drop_mismatches(std::span<WaitingSample> waiting, base::CpuLevel cpu_level) {
#ifdef __x86_64__
  if (cpu_level != base::CpuLevel::Baseline) return drop_mismatches_avx2(waiting);
#endif
  drop_mismatches_baseline(waiting);
}

}  // namespace weir::pipeline
