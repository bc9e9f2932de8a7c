// SPDX-License-Identifier: Apache-2.0
// What a page costs in each format, without the server: a scrape of series that were sorted before.
// The unit is a series. The formats of a group write the same series; text 0.0.4 is the first.
#include <functional>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "instruments.h"
#include "traffic.h"
#include "weir/exposition/page_writer.h"
#include "weir/metrics/scrape.h"

namespace weir::bench {
namespace {

using exposition::Format;
using exposition::WriterOptions;

constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
constexpr std::size_t kSlice = 64;
constexpr std::size_t kObservations = 100;

struct NamedFormat {
  const char* name;
  WriterOptions options;
};

constexpr NamedFormat kFormats[] = {
    {"text", {}},
    {"openmetrics", {.format = Format::OpenMetrics100}},
    {"openmetrics_created", {.format = Format::OpenMetrics100, .has_created_samples = true}},
    {"protobuf", {.format = Format::ProtobufDelimited}},
};

// Returns how many bytes a page has.
std::size_t write_page(metrics::Store& store, const WriterOptions& options, base::TimePoint now) {
  std::size_t bytes = 0;
  std::string chunk;
  const auto writer = exposition::make_writer(options, chunk);
  metrics::Scrape scrape(store, {}, {});
  while (scrape.advance(*writer, now, kSlice)) {
    if (chunk.size() < kChunkBytes) continue;
    bytes += chunk.size();
    chunk.clear();
  }
  return bytes + chunk.size();
}

// What a group writes.
struct Content {
  Content(metrics::Definition of, std::size_t count, std::string_view name_suffix = "")
      : definition(std::move(of)),
        series(make_series(store, definition, count, now, name_suffix)) {}

  base::TimePoint now = base::Clock::now();
  metrics::Definition definition;
  metrics::Store store{{}, {}, 1, base::Instant::now()};
  std::vector<metrics::SeriesHeader*> series;
};

using MakeContent = std::function<std::unique_ptr<Content>()>;

std::unique_ptr<Content> counters(std::size_t count, std::string_view name_suffix) {
  auto content = std::make_unique<Content>(counter_definition(), count, name_suffix);
  for (auto* series : content->series) static_cast<metrics::CounterSeries*>(series)->add(1);
  return content;
}

std::unique_ptr<Content> gauges(std::size_t count) {
  auto content = std::make_unique<Content>(gauge_definition(), count);
  const auto values = latencies(count);
  for (std::size_t i = 0; i < count; ++i) {
    static_cast<metrics::GaugeSeries*>(content->series[i])->set(values[i]);
  }
  return content;
}

std::unique_ptr<Content> histograms(std::size_t count, metrics::Definition definition) {
  auto content = std::make_unique<Content>(std::move(definition), count);
  const auto values = latencies(count * kObservations);
  for (std::size_t i = 0; i < values.size(); ++i) {
    static_cast<metrics::HistogramSeries*>(content->series[i % count])->observe(values[i], 1);
  }
  return content;
}

std::unique_ptr<Content> summaries(std::size_t count) {
  auto content = std::make_unique<Content>(summary_definition(), count);
  const auto values = latencies(count * kObservations);
  for (std::size_t i = 0; i < values.size(); ++i) {
    static_cast<metrics::SummarySeries*>(content->series[i % count])
        ->summary()
        .observe(values[i], 1, content->now);
  }
  return content;
}

// The formats share the content, which is made, and sorted, for the first that runs.
void add_group(const std::string& name, const MakeContent& make) {
  const auto shared = std::make_shared<std::unique_ptr<Content>>();
  for (const NamedFormat& format : kFormats) {
    const auto run = [shared, make, &format](benchmark::State& state) {
      std::unique_ptr<Content>& content = *shared;
      if (!content) {
        content = make();
        write_page(content->store, {}, content->now);
      }
      std::size_t bytes = 0;
      for (auto iteration : state) {
        (void)iteration;
        bytes = write_page(content->store, format.options, content->now);
        benchmark::DoNotOptimize(bytes);
      }
      set_items(state, content->series.size());
      state.counters["bytes_per_series"] =
          static_cast<double>(bytes) / static_cast<double>(content->series.size());
    };
    benchmark::RegisterBenchmark((name + '/' + format.name).c_str(), run)
        ->Unit(benchmark::kMillisecond);
  }
}

bool add_groups() {
  add_group("counters_10k", [] { return counters(10'000, ""); });
  add_group("counters_100k", [] { return counters(100'000, ""); });
  add_group("counters_1m", [] { return counters(1'000'000, ""); });
  add_group("total_counters_100k", [] { return counters(100'000, "_total"); });
  add_group("gauges_100k", [] { return gauges(100'000); });
  add_group("histograms_10k", [] { return histograms(10'000, histogram_definition()); });
  add_group("native_histograms_10k", [] { return histograms(10'000, native_definition()); });
  add_group("summaries_10k", [] { return summaries(10'000); });
  return true;
}

[[maybe_unused]] const bool kAreGroupsAdded = add_groups();

}  // namespace
}  // namespace weir::bench
