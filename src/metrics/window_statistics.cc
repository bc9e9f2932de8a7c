// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/window_statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <mutex>

namespace weir::metrics {

void Moments::add(double value, std::uint32_t weight) {
  min = std::min(min, value);
  max = std::max(max, value);
  if (count == 0) origin = value;
  merge(value - origin, 0, weight);
}

void Moments::merge(const Moments& other) {
  if (other.count == 0) return;
  if (count == 0) origin = other.origin;
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  merge(other.mean + (other.origin - origin), other.squares, other.count);
}

// Shares are formed first, so that a part that is all of it stays exactly what it is.
void Moments::merge(double other_mean, double other_squares, std::uint64_t other_count) {
  const auto before = static_cast<double>(count);
  count += other_count;
  const double share = static_cast<double>(other_count) / static_cast<double>(count);
  const double distance = other_mean - mean;
  mean += distance * share;
  squares += other_squares + distance * (distance * (share * before));
}

double Moments::stddev() const {
  if (count == 0 || !std::isfinite(squares)) return std::numeric_limits<double>::quiet_NaN();
  return std::sqrt(squares / static_cast<double>(count));
}

WindowStatistics::WindowStatistics(std::span<Moments> ring, std::chrono::nanoseconds period,
                                   base::TimePoint created)
    : period_end_(created + period), period_(period), ring_(ring) {
  assert(!ring.empty());
  std::ranges::fill(ring_, Moments());
}

void WindowStatistics::observe(double value, std::uint32_t weight, base::TimePoint now) {
  if (std::isnan(value)) return;
  const std::scoped_lock lock(lock_);
  advance(now);
  ring_[head_].add(value, weight);
}

Moments WindowStatistics::read(base::TimePoint now) {
  const std::scoped_lock lock(lock_);
  advance(now);
  Moments all = past_;
  all.merge(ring_[head_]);
  return all;
}

void WindowStatistics::advance(base::TimePoint now) {
  if (!period_end_.has_passed(now)) return;
  const std::uint64_t steps = period_end_.advance(now, period_);
  for (std::uint64_t i = 1; i <= std::min<std::uint64_t>(steps, ring_.size()); ++i) {
    ring_[(head_ + i) % ring_.size()] = {};
  }
  head_ = (head_ + steps) % ring_.size();
  sum_up_past();
}

void WindowStatistics::sum_up_past() {
  past_ = {};
  for (std::size_t i = 0; i < ring_.size(); ++i) {
    if (i != head_) past_.merge(ring_[i]);
  }
}

WindowStatistics::State WindowStatistics::state(base::TimePoint now) {
  State state;
  // Outside the lock.
  state.ring.reserve(ring_.size());
  const std::scoped_lock lock(lock_);
  advance(now);
  state.period_left = period_end_.left(now);
  state.head = head_;
  state.ring.assign(ring_.begin(), ring_.end());
  return state;
}

void WindowStatistics::restore(const State& state, base::TimePoint now) {
  const std::scoped_lock lock(lock_);
  period_end_ = PeriodEnd(now + state.period_left);
  head_ = state.head;
  std::ranges::copy(state.ring, ring_.begin());
  sum_up_past();
}

}  // namespace weir::metrics
