// SPDX-License-Identifier: Apache-2.0
// What a scrape costs per series, as text.
#include <cstddef>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "weir/exposition/text_writer.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"

namespace weir {
namespace {

constexpr std::size_t kFamilies = 1'000;
constexpr std::size_t kChunkBytes = std::size_t{64} << 10;

void fill(metrics::Store& store, std::size_t series, base::TimePoint now) {
  metrics::Definition counter;
  for (std::size_t i = 0; i < series; ++i) {
    const auto name = fmt::format("shop_service07_requests_by_endpoint_{:04}", i % kFamilies);
    const auto labels =
        fmt::format(R"(endpoint="/api/v1/item{:03}",env="production",host="web-{:04}")", i % 997,
                    i / kFamilies);
    const auto admission = store.admit({.name = name,
                                        .labels = labels,
                                        .label_names = "endpoint,env,host",
                                        .help = "help",
                                        .definition = &counter,
                                        .ttl = {},
                                        .source = {}},
                                       now);
    static_cast<metrics::CounterSeries*>(admission.header)->add(static_cast<double>(i));
  }
}

void scrape_text(benchmark::State& state) {
  const auto now = base::Clock::now();
  const auto series = static_cast<std::size_t>(state.range(0));
  metrics::Store store({}, {}, 1, now);
  fill(store, series, now);
  std::size_t bytes = 0;
  for (auto iteration : state) {
    (void)iteration;
    std::string chunk;
    exposition::TextWriter writer(chunk);
    metrics::Scrape scrape(store, {}, {});
    while (scrape.advance(writer, now, 64)) {
      if (chunk.size() < kChunkBytes) continue;
      bytes += chunk.size();
      chunk.clear();
    }
  }
  benchmark::DoNotOptimize(bytes);
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["ns_per_series"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(series) / 1e9,
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK(scrape_text)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir
