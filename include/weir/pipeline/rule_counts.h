// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "weir/base/memory.h"
#include "weir/base/tally.h"
#include "weir/mapping/rule.h"

namespace weir::pipeline {

// How many samples each rule of one set has taken in one worker, whatever became of them: what a
// rule drops, or a budget refused, counts as well. The worker writes, any thread reads.
class RuleCounts {
 public:
  // `rules`: how many the set has. `generation` is that of its PreparedRules.
  RuleCounts(std::uint32_t generation, std::size_t rules)
      : generation_(generation), rules_(rules), counts_(rules + 1 + 2 * kApart) {}

  [[nodiscard]] std::uint32_t generation() const { return generation_; }
  [[nodiscard]] std::size_t rules() const { return rules_; }

  // Names the count of a rule, which is null for what no rule took; never 0, and at most
  // `place_max`.
  [[nodiscard]] std::uint32_t place_of(const mapping::Rule* rule) const {
    return static_cast<std::uint32_t>(kApart + (rule == nullptr ? rules_ : rule->index));
  }
  [[nodiscard]] std::size_t place_max() const { return kApart + rules_; }
  // Where to count. Stays good as long as this object.
  [[nodiscard]] base::Tally& at(std::uint32_t place) { return counts_[place]; }
  // Samples since the set came into use; each counts with its weight (`|@0.1` of a timer:
  // ten times).
  [[nodiscard]] std::uint64_t taken_by(std::size_t index) const {
    return counts_[kApart + index].value();
  }

 private:
  // A cache line before the first and after the last keeps them apart from those of other workers.
  static constexpr std::size_t kApart = base::kCacheLineBytes / sizeof(base::Tally);

  std::uint32_t generation_;
  std::size_t rules_;
  // One for each rule, and one for what no rule took.
  std::vector<base::Tally> counts_;
};

}  // namespace weir::pipeline
