// SPDX-License-Identifier: Apache-2.0
// The whole way of a line whose series is known: split, parse, bind, apply. The unit is a line.
#include <algorithm>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "instruments.h"
#include "traffic.h"
#include "weir/pipeline/pipeline.h"
#include "weir/rulefile/loader.h"

namespace weir::bench {
namespace {

// The daemon on its defaults.
pipeline::PipelineOptions one_worker() {
  pipeline::PipelineOptions options;
  options.writers = metrics::Writers::One;
  return options;
}

constexpr std::size_t kDatagramsPerBatch = 32;

void feed(pipeline::Pipeline& pipeline, const std::vector<std::string>& datagrams) {
  for (std::size_t at = 0; at < datagrams.size(); at += kDatagramsPerBatch) {
    pipeline::Pipeline::Batch batch(pipeline, base::Clock::now());
    const std::size_t end = std::min(at + kDatagramsPerBatch, datagrams.size());
    for (std::size_t i = at; i < end; ++i) batch.datagram(datagrams[i]);
  }
}

// Every line was seen before; `pipeline` lives for the benchmark.
void feed_hot(benchmark::State& state, pipeline::Pipeline& pipeline,
              const std::vector<std::string>& lines, std::size_t datagram_bytes = kFrameBytes) {
  const auto datagrams = packed(lines, datagram_bytes);
  feed(pipeline, datagrams);
  for (auto iteration : state) {
    (void)iteration;
    feed(pipeline, datagrams);
  }
  set_items(state, lines.size());
}

void hot(benchmark::State& state, const std::vector<std::string>& lines,
         std::size_t datagram_bytes = kFrameBytes) {
  metrics::Store store({}, {}, 1, base::Instant::now());
  pipeline::Pipeline pipeline(pipeline::prepare(mapping::RuleSet::empty(), 1), store, one_worker());
  feed_hot(state, pipeline, lines, datagram_bytes);
}

std::vector<std::string> lines_of(std::vector<std::string> kinds, std::size_t count,
                                  std::size_t tags) {
  LineOptions options;
  options.kinds = std::move(kinds);
  options.tags = tags;
  return standard_lines(count, options);
}

void hot_series(benchmark::State& state) {
  hot(state, standard_lines(static_cast<std::size_t>(state.range(0))));
}

void hot_single(benchmark::State& state) {
  hot(state, standard_lines(static_cast<std::size_t>(state.range(0))), 0);
}

// Many values for each series, so that summaries fill their buffers with different ones.
std::vector<std::string> timer_lines() {
  constexpr std::size_t kRounds = 64;
  const auto values = latencies(kRounds * kHotSeries);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < values.size(); ++i) {
    lines.push_back(fmt::format("shop.service07.request_duration_of.i{:04}:{:.3f}|ms",
                                i * 7919 % kHotSeries, values[i] * 1000));
  }
  return lines;
}

// The factor of the native buckets, in hundredths; 1 leaves the classic ones alone.
void hot_histograms(benchmark::State& state) {
  const auto rules =
      rulefile::parse_rules(fmt::format("defaults: {{observer_type: histogram, histogram_options: "
                                        "{{native_histogram_bucket_factor: {}}}}}",
                                        static_cast<double>(state.range(0)) / 100),
                            "mapping.yml");
  metrics::Store store({}, {}, 1, base::Instant::now());
  pipeline::Pipeline pipeline(pipeline::prepare(rules.rules, 1), store, one_worker());
  feed_hot(state, pipeline, timer_lines());
  state.counters["bytes_per_series"] = static_cast<double>(store.counts().bytes) / kHotSeries;
}

// Each series with a rule of its own, or none with any.
void hot_rules(benchmark::State& state) {
  constexpr std::size_t kRules = 10'000;
  LineOptions options;
  options.families = kRules;
  options.services = kRules;
  const auto mapping = glob_mapping(static_cast<std::size_t>(state.range(0)));
  metrics::Store store({}, {}, 1, base::Instant::now());
  pipeline::Pipeline pipeline(
      pipeline::prepare(rulefile::parse_rules(mapping, "mapping.yml").rules, 1), store,
      one_worker());
  feed_hot(state, pipeline, standard_lines(kRules, options));
}

BENCHMARK_CAPTURE(hot, plain_counters, lines_of({"c"}, kHotSeries, 0));
BENCHMARK_CAPTURE(hot, tagged_counters, lines_of({"c"}, kHotSeries, 3));
BENCHMARK_CAPTURE(hot, ten_tags, lines_of({"c"}, kHotSeries, 10));
BENCHMARK_CAPTURE(hot, gauges, lines_of({"g"}, kHotSeries, 0));
BENCHMARK_CAPTURE(hot, summaries, timer_lines());
BENCHMARK_CAPTURE(hot, mixed, lines_of({"c", "g", "c", "ms"}, 4'000, 3));
BENCHMARK(hot_histograms)->Arg(100)->Arg(110)->Arg(101);
BENCHMARK(hot_series)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(hot_rules)->Arg(0)->Arg(10'000);
BENCHMARK(hot_single)->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace weir::bench
