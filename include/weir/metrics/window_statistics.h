// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "weir/base/clock.h"
#include "weir/base/spin_lock.h"
#include "weir/metrics/age_period.h"

namespace weir::metrics {

// How many numbers there were, their extremes, and how far they are from their mean (Welford, and
// Chan for what is merged): as exact for small differences of large numbers as for others. A plain
// value.
struct Moments {
  std::uint64_t count = 0;
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  // One of the numbers. What is kept of the others is how far from it they are, so that no digit is
  // lost to what all of them have in common.
  double origin = 0;
  // Less the origin.
  double mean = 0;
  // The sum of the squared distances from the mean.
  double squares = 0;

  // `weight` times the same number, which is not NaN.
  void add(double value, std::uint32_t weight);
  // As if the numbers of `other` had been added.
  void merge(const Moments& other);
  // Of these numbers, not an estimate for others that they were drawn from. NaN without numbers,
  // with an infinite one, and where squares of distances do not fit into a double.
  [[nodiscard]] double stddev() const;

 private:
  void merge(double other_mean, double other_squares, std::uint64_t other_count);
};

// The moments of what was observed in a sliding window, which moves as the window of quantiles with
// the same ages does (behaviour publish.window): a ring of periods. NaN is left out (behaviour
// publish.nan). Works under a spin lock, which covers a few additions, or once a period a look at
// the ring. Any thread may observe; any thread may read.
class WindowStatistics {
 public:
  // `ring` has one element at least, and outlives it.
  WindowStatistics(std::span<Moments> ring, std::chrono::nanoseconds period,
                   base::TimePoint created);
  WindowStatistics(const WindowStatistics&) = delete;
  WindowStatistics& operator=(const WindowStatistics&) = delete;

  // `weight` observations of the same value, 1 at least.
  void observe(double value, std::uint32_t weight, base::TimePoint now);
  [[nodiscard]] Moments read(base::TimePoint now);

  // All of a window, for another one with the same periods to go on with.
  struct State {
    // Until the present period ends; negative when it has ended.
    std::chrono::nanoseconds period_left{0};
    std::uint64_t head = 0;
    std::vector<Moments> ring;
  };
  [[nodiscard]] State state(base::TimePoint now);
  // The ring of `state` is as long as this one, and its head is in it; nothing was observed yet.
  void restore(const State& state, base::TimePoint now);

 private:
  // Need the lock.
  void advance(base::TimePoint now);
  void sum_up_past();

  base::SpinLock lock_;
  PeriodEnd period_end_;
  const std::chrono::nanoseconds period_;
  const std::span<Moments> ring_;
  // The present period.
  std::size_t head_ = 0;
  // All periods but the present one.
  Moments past_;
};

}  // namespace weir::metrics
