// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "weir/base/clock.h"
#include "weir/base/spin_lock.h"
#include "weir/metrics/age_period.h"
#include "weir/metrics/computed_gauge.h"
#include "weir/metrics/distinct_window.h"
#include "weir/metrics/heap_charge.h"
#include "weir/metrics/hyper_log_log.h"
#include "weir/metrics/recent_values.h"

namespace weir::metrics {

// The gauge of one set: how many distinct values came within a sliding window, which is at least
// the window asked for and at most a tenth longer (behaviour set.window). Adding a value that is
// known takes the spin lock for one look-up; one that is new may make the memory grow, outside the
// lock and up to 60 KiB. Any thread may add; any thread may read.
class DistinctCount final : public ComputedGauge {
 public:
  // `heap`, which is charged with the memory beyond the object itself, must outlive it. `window` is
  // positive.
  DistinctCount(std::chrono::nanoseconds window, base::TimePoint created, HeapBudget& heap);

  // `hash` is a value's, spread over all its bits. False, and the value not counted, when the
  // memory that it takes is more than `heap` has.
  [[nodiscard]] bool add(std::uint64_t hash, base::TimePoint now);

  // Gives memory back when the window is empty.
  [[nodiscard]] double read(base::TimePoint now) override;

 private:
  using Sketches = DistinctWindow::Sketches;

  [[nodiscard]] DistinctWindow::Added try_add(std::uint64_t hash, base::TimePoint now);
  [[nodiscard]] bool grow();
  [[nodiscard]] bool make_sketches();
  [[nodiscard]] double estimate();
  // Need `lock_`.
  [[nodiscard]] std::unique_ptr<Sketches> turn_to(base::TimePoint now);
  void charge() { charge_.set(window_.bytes()); }

  // First, to share a cache line with what the series is found by.
  base::SpinLock lock_;
  PeriodEnd period_end_;
  std::uint64_t period_ = 0;
  DistinctWindow window_;
  HeapCharge charge_;
  const std::chrono::nanoseconds period_length_;
};

}  // namespace weir::metrics
