// SPDX-License-Identifier: Apache-2.0
#include "pipeline/shared_counts.h"

#include <span>

namespace weir::pipeline {

void SharedCounts::settle(metrics::Ticks tick) {
  for (const Kept& kept : std::span(kept_).first(size_)) {
    // Before the value, as in reclamation.h.
    kept.counter->touched.store(tick, std::memory_order_relaxed);
    kept.counter->add(static_cast<double>(kept.sum));
    kept.binding->kept = 0;
  }
  size_ = 0;
}

}  // namespace weir::pipeline
