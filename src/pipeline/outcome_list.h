// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/outcome.h"

namespace weir::pipeline {

// The outcomes that one set of rules led to, by number. Equal ones are kept once, whichever rules
// led to them: most rules lead to the same few, which so stay in the first cache. No number is used
// twice, so a number from under earlier rules finds nothing. One worker.
class OutcomeList {
 public:
  // Names no outcome.
  static constexpr std::uint32_t kNone = 0;

  // `writers`: of the series of the outcomes.
  explicit OutcomeList(metrics::Writers writers, std::size_t size_max = kSizeMax)
      : writers_(writers), size_max_(std::min(size_max, kSizeMax)) {}

  // Null when `number` is of earlier rules.
  [[nodiscard]] const Outcome* find(std::uint32_t number) const {
    const std::uint32_t place = number - first_;
    return place < size_ ? outcomes_.data() + place : nullptr;
  }

  // The number of an outcome equal to `outcome`, which has its epoch from now on; kNone when there
  // is no room for another.
  [[nodiscard]] std::uint32_t keep(const Outcome& outcome);

  // Forgets all outcomes. False when the next ones may get numbers that were used before.
  [[nodiscard]] bool forget();

 private:
  static constexpr std::size_t kSizeMax = 65'536;
  static constexpr std::size_t kSlotsMin = 64;

  // kNone in an empty one.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = kNone;
  };

  [[nodiscard]] std::uint32_t find_or_add(const Outcome& outcome);
  // The slot of the outcome equal to `outcome`, or the empty one where it would be.
  [[nodiscard]] Slot& slot_of(const Outcome& outcome, std::uint32_t hash);
  void grow();

  metrics::Writers writers_;
  std::size_t size_max_;
  std::vector<Outcome> outcomes_;
  // Of `outcomes_`, which would have to divide for it, for every line.
  std::uint32_t size_ = 0;
  std::uint32_t first_ = kNone + 1;
  // Twice as many as outcomes at least, a power of two; each in the place of its hash or soon after
  // it.
  std::vector<Slot> slots_{kSlotsMin};
};

}  // namespace weir::pipeline
