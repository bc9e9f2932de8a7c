// SPDX-License-Identifier: Apache-2.0
#include "pipeline/outcome_list.h"

#include <limits>

namespace weir::pipeline {

std::uint32_t OutcomeList::keep(const Outcome& outcome) {
  const auto known = numbers_.find(outcome.key());
  if (known != numbers_.end()) {
    outcomes_[known->second - first_].release_epoch = outcome.release_epoch;
    return known->second;
  }
  if (outcomes_.size() >= size_max_) return kNone;
  const auto number = first_ + static_cast<std::uint32_t>(outcomes_.size());
  outcomes_.push_back(outcome);
  outcomes_.back().fast_path = outcome.fast_path_with(writers_);
  outcomes_.back().marks = outcome.marked();
  numbers_.emplace(outcome.key(), number);
  return number;
}

bool OutcomeList::forget() {
  first_ += static_cast<std::uint32_t>(outcomes_.size());
  outcomes_.clear();
  numbers_.clear();
  if (first_ < std::numeric_limits<std::uint32_t>::max() - kSizeMax) return true;
  first_ = kNone + 1;
  return false;
}

}  // namespace weir::pipeline
