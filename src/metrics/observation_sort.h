// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include "weir/metrics/quantile_sketch.h"

namespace weir::metrics {

// The most observations sorted at once.
inline constexpr std::size_t kSortedMax = 500;

// The order of what is sorted.
[[nodiscard]] inline bool ascends(const Observation& left, const Observation& right) {
  return precedes(left.value, right.value);
}

// Sorts by `ascends`; equal values in any order. Allocates nothing. Half the cost of a flush would
// be std::sort, which guesses wrong at every other comparison; most batches need no comparison
// here.
void sort_by_value(std::span<Observation> observations);

}  // namespace weir::metrics
