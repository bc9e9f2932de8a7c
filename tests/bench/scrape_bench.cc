// SPDX-License-Identifier: Apache-2.0
// What a scrape costs as text, without the server. The unit is a series.
#include <string>

#include <benchmark/benchmark.h>

#include "exposition/text_writer.h"
#include "instruments.h"
#include "traffic.h"
#include "weir/metrics/scrape.h"

namespace weir::bench {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
constexpr std::size_t kSlice = 64;
constexpr std::size_t kSeries = 10'000;
constexpr std::size_t kObservations = 100;

// Returns how many bytes a page has.
std::size_t write_page(metrics::Store& store, base::TimePoint now) {
  std::size_t bytes = 0;
  std::string chunk;
  exposition::TextWriter writer(chunk);
  metrics::Scrape scrape(store, {}, {});
  while (scrape.advance(writer, now, kSlice)) {
    if (chunk.size() < kChunkBytes) continue;
    bytes += chunk.size();
    chunk.clear();
  }
  return bytes + chunk.size();
}

void scrape_pages(benchmark::State& state, metrics::Store& store, std::size_t series,
                  base::TimePoint now) {
  std::size_t bytes = 0;
  for (auto iteration : state) {
    (void)iteration;
    bytes = write_page(store, now);
    benchmark::DoNotOptimize(bytes);
  }
  set_items(state, series);
  state.counters["bytes_per_series"] = static_cast<double>(bytes) / static_cast<double>(series);
}

void counters(benchmark::State& state) {
  const auto now = base::Clock::now();
  metrics::Store store({}, {}, 1, {now, {}});
  const auto definition = counter_definition();
  const auto count = static_cast<std::size_t>(state.range(0));
  for (auto* series : make_series(store, definition, count, now)) {
    static_cast<metrics::CounterSeries*>(series)->add(1);
  }
  scrape_pages(state, store, count, now);
}

void gauges(benchmark::State& state) {
  const auto now = base::Clock::now();
  metrics::Store store({}, {}, 1, {now, {}});
  const auto definition = gauge_definition();
  const auto values = latencies(kSeries);
  const auto made = make_series(store, definition, kSeries, now);
  for (std::size_t i = 0; i < kSeries; ++i) {
    static_cast<metrics::GaugeSeries*>(made[i])->set(values[i]);
  }
  scrape_pages(state, store, kSeries, now);
}

void histograms(benchmark::State& state) {
  const auto now = base::Clock::now();
  metrics::Store store({}, {}, 1, {now, {}});
  const auto definition = histogram_definition();
  const auto values = latencies(kSeries * kObservations);
  const auto made = make_series(store, definition, kSeries, now);
  for (std::size_t i = 0; i < values.size(); ++i) {
    static_cast<metrics::HistogramSeries*>(made[i % kSeries])->observe(values[i], 1);
  }
  scrape_pages(state, store, kSeries, now);
}

void summaries(benchmark::State& state) {
  const auto now = base::Clock::now();
  metrics::Store store({}, {}, 1, {now, {}});
  const auto definition = summary_definition();
  const auto values = latencies(kSeries * kObservations);
  const auto made = make_series(store, definition, kSeries, now);
  for (std::size_t i = 0; i < values.size(); ++i) {
    static_cast<metrics::SummarySeries*>(made[i % kSeries])->summary().observe(values[i], 1, now);
  }
  scrape_pages(state, store, kSeries, now);
}

BENCHMARK(counters)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(gauges)->Unit(benchmark::kMillisecond);
BENCHMARK(histograms)->Unit(benchmark::kMillisecond);
BENCHMARK(summaries)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::bench
