// SPDX-License-Identifier: Apache-2.0
// One value into one series, over 1,000 busy series in random order. The unit is a value.
#include <benchmark/benchmark.h>

#include "instruments.h"
#include "traffic.h"

namespace weir::bench {
namespace {

constexpr std::size_t kRounds = 64;
// Values come a millisecond apart, so that windows of summaries move on.
constexpr std::chrono::microseconds kPause{1};

template <class Apply>
void over_series(benchmark::State& state, const metrics::Definition& definition,
                 const Apply& apply) {
  auto now = base::Clock::now();
  metrics::Store store({}, {}, 1, {now, {}});
  const auto series = make_series(store, definition, kHotSeries, now);
  const auto values = latencies(kRounds * series.size());
  for (auto iteration : state) {
    (void)iteration;
    for (std::size_t i = 0; i < values.size(); ++i) {
      apply(series[i % series.size()], values[i], now);
    }
    now += kPause * values.size();
  }
  set_items(state, values.size());
}

void counter(benchmark::State& state) {
  over_series(state, counter_definition(), [](auto* series, double, base::TimePoint) {
    static_cast<metrics::CounterSeries*>(series)->add(1);
  });
}

void counter_fraction(benchmark::State& state) {
  over_series(state, counter_definition(), [](auto* series, double value, base::TimePoint) {
    static_cast<metrics::CounterSeries*>(series)->add(value);
  });
}

void gauge_set(benchmark::State& state) {
  over_series(state, gauge_definition(), [](auto* series, double value, base::TimePoint) {
    static_cast<metrics::GaugeSeries*>(series)->set(value);
  });
}

void gauge_add(benchmark::State& state) {
  over_series(state, gauge_definition(), [](auto* series, double value, base::TimePoint) {
    static_cast<metrics::GaugeSeries*>(series)->add(value);
  });
}

void histogram(benchmark::State& state) {
  over_series(state, histogram_definition(), [](auto* series, double value, base::TimePoint) {
    static_cast<metrics::HistogramSeries*>(series)->observe(value, 1);
  });
}

void native_histogram(benchmark::State& state) {
  over_series(state, native_definition(), [](auto* series, double value, base::TimePoint) {
    static_cast<metrics::HistogramSeries*>(series)->observe(value, 1);
  });
}

void summary(benchmark::State& state) {
  over_series(state, summary_definition(), [](auto* series, double value, base::TimePoint now) {
    static_cast<metrics::SummarySeries*>(series)->summary().observe(value, 1, now);
  });
}

BENCHMARK(counter);
BENCHMARK(counter_fraction);
BENCHMARK(gauge_set);
BENCHMARK(gauge_add);
BENCHMARK(histogram);
BENCHMARK(native_histogram);
BENCHMARK(summary);

}  // namespace
}  // namespace weir::bench
