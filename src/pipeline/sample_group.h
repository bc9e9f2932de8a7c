// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "pipeline/binding_table.h"
#include "weir/statsd/sample.h"

namespace weir::pipeline {

// A sample between parsing and its series.
struct WaitingSample {
  statsd::Sample sample;
  std::string_view line;
  std::uint64_t hash;
  BindingTable::Entry* entry;
  // Only its shape was looked at: the line is good if its identity is known.
  bool is_unchecked;
  // The first sample of its line: malformed tags of the name are counted with it.
  bool owes_name_errors;
};

// Samples in the order in which they came, worked off together, so that the memory each of them
// needs is on its way while the others are looked at. Borrows from the datagrams.
class SampleGroup {
 public:
  // More than memory has requests under way; few enough to stay in the first cache.
  static constexpr std::size_t kSize = 32;

  // The place of the next sample. It has to be filled before `add` makes it part of the group.
  [[nodiscard]] WaitingSample& next() { return samples_[count_]; }
  void add() { ++count_; }
  [[nodiscard]] bool is_full() const { return count_ == kSize; }
  void clear() { count_ = 0; }

  [[nodiscard]] WaitingSample* begin() { return samples_.data(); }
  [[nodiscard]] WaitingSample* end() { return samples_.data() + count_; }

 private:
  std::array<WaitingSample, kSize> samples_;
  std::size_t count_ = 0;
};

}  // namespace weir::pipeline
