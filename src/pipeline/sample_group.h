// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "pipeline/binding_table.h"
#include "weir/base/memory.h"
#include "weir/sample/identity.h"
#include "weir/sample/sample.h"
#include "weir/statsd/plain_line.h"

namespace weir::pipeline {

// A sample between parsing and its series.
struct WaitingSample : statsd::PlainLine {
  // Of the line only text, value and kind are set when the sample is a parser's.
  sample::Fingerprint identity;
  BindingTable::Entry* entry;
  // The parser's sample; null for a line of which only the shape was looked at: it is good if its
  // identity is known.
  const sample::Sample* parsed;
  // Of a parser's: the first sample of its line, with which malformed tags of the name are counted.
  bool name_tags_uncounted;

  [[nodiscard]] bool is_unchecked() const { return parsed == nullptr; }
  [[nodiscard]] bool is_observed() const { return sample::is_observed(kind); }
};

// Samples in the order in which they came, worked off together, so that the memory each of them
// needs is on its way while the others are looked at. Borrows from the datagrams.
class alignas(base::kCacheLineBytes) SampleGroup {
 public:
  // So many that memory never waits for the next request; few enough for the first cache.
  static constexpr std::size_t kSize = 64;

  // Where the next lines go. They have to be filled before `add_unchecked` makes `count` of them
  // part of the group.
  [[nodiscard]] std::span<WaitingSample> room() { return std::span(waiting_).subspan(count_); }
  void add_unchecked(std::size_t count) {
    for (WaitingSample& waiting : room().first(count)) waiting.parsed = nullptr;
    count_ += count;
  }
  void add(const sample::Sample& sample, std::string_view line, const sample::Fingerprint& identity,
           bool name_tags_uncounted);

  [[nodiscard]] bool is_full() const { return count_ == kSize; }
  void clear() { count_ = 0; }

  [[nodiscard]] std::span<WaitingSample> all() { return {waiting_.data(), count_}; }

 private:
  std::array<WaitingSample, kSize> waiting_;
  std::array<sample::Sample, kSize> parsed_;
  std::size_t count_ = 0;
};

// Sets the identity of those that are unchecked, to that of the sample that their line makes.
void identify_lines(std::span<WaitingSample> waiting, const sample::Fingerprinter& fingerprinter);

}  // namespace weir::pipeline
