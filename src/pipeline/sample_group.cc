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

using sample::IdentityLayout;
using sample::PlainIdentityLayout;

// The end mark of the name is in the line too.
static_assert(IdentityLayout::kNameEnd == ':' && IdentityLayout::kEndSize == 1);

bool may_hold(const BindingTable::Entry& entry, const statsd::PlainLine& line) {
  return entry.size == PlainIdentityLayout::size(line.name_size, line.tags_size) &&
         entry.key().front() == PlainIdentityLayout::first_byte(line.kind);
}

const char* name_in(const BindingTable::Entry& entry) {
  return entry.key().data() + IdentityLayout::kNamePlace;
}

const char* tags_in(const BindingTable::Entry& entry, const statsd::PlainLine& line) {
  return entry.key().data() + PlainIdentityLayout::field_place(line.name_size);
}

std::size_t size_with_end(const statsd::PlainLine& line) {
  return line.name_size + IdentityLayout::kEndSize;
}

void hash_lines_baseline(std::span<WaitingSample> waiting, const sample::IdentityHash hash) {
  for (WaitingSample& one : waiting) {
    if (one.is_unchecked()) one.hash = hash.of_plain_baseline(one.kind, one.name(), one.tags());
  }
}

void drop_mismatches_baseline(std::span<WaitingSample> waiting) {
  for (WaitingSample& one : waiting) {
    if (one.entry == nullptr || !one.is_unchecked()) continue;
    const statsd::PlainLine& line = one;
    const BindingTable::Entry& entry = *one.entry;
    const bool is_holder =
        may_hold(entry, line) && base::equal_bytes(name_in(entry), line.at, size_with_end(line)) &&
        base::equal_bytes(tags_in(entry, line), line.tags().data(), line.tags_size);
    if (!is_holder) one.entry = nullptr;
  }
}

#ifdef __x86_64__

WEIR_AVX2 void hash_lines_avx2(std::span<WaitingSample> waiting, const sample::IdentityHash hash) {
  for (WaitingSample& one : waiting) {
    if (one.is_unchecked()) one.hash = hash.of_plain_avx2(one.kind, one.name(), one.tags());
  }
}

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
    const BindingTable::Entry& entry = *one.entry;
    const bool is_holder = may_hold(entry, line) &&
                           equal_avx2(name_in(entry), line.at, size_with_end(line)) &&
                           equal_avx2(tags_in(entry, line), line.tags().data(), line.tags_size);
    if (!is_holder) one.entry = nullptr;
  }
}

#endif

}  // namespace

void hash_lines(std::span<WaitingSample> waiting, const sample::IdentityHash& hash) {
#ifdef __x86_64__
  if (hash.cpu_level() != base::CpuLevel::Baseline) return hash_lines_avx2(waiting, hash);
#endif
  hash_lines_baseline(waiting, hash);
}

void drop_mismatches(std::span<WaitingSample> waiting, base::CpuLevel cpu_level) {
#ifdef __x86_64__
  if (cpu_level != base::CpuLevel::Baseline) return drop_mismatches_avx2(waiting);
#endif
  drop_mismatches_baseline(waiting);
}

}  // namespace weir::pipeline
