// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/series.h"

#include <bit>
#include <cassert>
#include <cmath>
#include <mutex>

namespace weir::metrics {

namespace {

void add_to(std::atomic<double>& total, double amount) {
  double seen = total.load(std::memory_order_relaxed);
  while (!total.compare_exchange_weak(seen, seen + amount, std::memory_order_relaxed)) {
  }
}

}  // namespace

void CounterSeries::add(double increment) {
  if (increment >= 0 && increment < kIncrementMax) {
    const auto whole = static_cast<std::uint64_t>(increment);
    if (static_cast<double>(whole) == increment &&
        word.load(std::memory_order_relaxed) < kIntegralMax) {
      word.fetch_add(whole, std::memory_order_relaxed);
      return;
    }
  }
  add_to(fraction, increment);
}

// One word holds a total, so that it changes at once; a total is a double from the start.
void CounterSeries::set(double total) {
  if (word.load(std::memory_order_relaxed) != 0) word.store(0, std::memory_order_relaxed);
  fraction.store(total, std::memory_order_relaxed);
}

double CounterSeries::value() const {
  return fraction.load(std::memory_order_relaxed) +
         static_cast<double>(word.load(std::memory_order_relaxed));
}

void GaugeSeries::add(double delta) {
  std::uint64_t seen = word.load(std::memory_order_relaxed);
  while (!word.compare_exchange_weak(
      seen, std::bit_cast<std::uint64_t>(std::bit_cast<double>(seen) + delta),
      std::memory_order_relaxed)) {
  }
}

void TimestampedGaugeSeries::set_at(std::uint32_t time, double level) {
  const std::scoped_lock hold(lock);
  set(level);
  timestamp = time;
}

void TimestampedGaugeSeries::add_at(std::uint32_t time, double delta) {
  const std::scoped_lock hold(lock);
  set(value() + delta);
  timestamp = time;
}

TimestampedGaugeSeries::Reading TimestampedGaugeSeries::read() {
  const std::scoped_lock hold(lock);
  return {value(), timestamp};
}

std::size_t ComputedGaugeSeries::bytes(GaugeKind kind) {
  switch (kind) {
    case GaugeKind::Level: break;
    case GaugeKind::Min:
    case GaugeKind::Max:
    case GaugeKind::Stddev: return sizeof(ComputedGaugeSeries) + sizeof(WindowGauge);
    case GaugeKind::Distinct: return sizeof(ComputedGaugeSeries) + sizeof(DistinctCount);
  }
  assert(!"a level is a GaugeSeries");
  return 0;
}

PublishedWindow::PublishedWindow(const Definition& definition, base::TimePoint created)
    : statistics({reinterpret_cast<Moments*>(this + 1), definition.age_buckets},
                 age_period(definition), created),
      gauges() {}

void HistogramSeries::observe(double value, std::uint32_t weight) {
  if (NativeHistogram* all = native(); all != nullptr) {
    all->observe(value, weight);
    return;
  }
  buckets()[classic_bucket(definition->bounds, value)].fetch_add(weight, std::memory_order_relaxed);
  add_to(sum, value * weight);
}

}  // namespace weir::metrics
