// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "weir/base/tally.h"
#include "weir/mapping/rule.h"

namespace weir::pipeline {

// How many samples each rule of one set has taken in one worker, whatever became of them: what a
// rule drops, or a budget refused, counts as well. The worker writes, any thread reads.
class RuleCounts {
 public:
  // `rules`: how many the set has. `generation` is that of its PreparedRules.
  RuleCounts(std::uint32_t generation, std::size_t rules)
      : generation_(generation), counts_(rules + 1) {}

  [[nodiscard]] std::uint32_t generation() const { return generation_; }
  // Without the last place, which counts what no rule took.
  [[nodiscard]] std::size_t rules() const { return counts_.size() - 1; }

  // Where to count; null for what no rule took. Stays good as long as this object.
  [[nodiscard]] base::Tally& of(const mapping::Rule* rule) {
    return counts_[rule == nullptr ? rules() : rule->index];
  }
  // Samples since the set came into use; each counts with its weight (`|@0.1` of a timer:
  // ten times).
  [[nodiscard]] std::uint64_t taken_by(std::size_t index) const { return counts_[index].value(); }

 private:
  std::uint32_t generation_;
  std::vector<base::Tally> counts_;
};

}  // namespace weir::pipeline
