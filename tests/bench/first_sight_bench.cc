// SPDX-License-Identifier: Apache-2.0
// Lines whose series is new: parse, match the rules, merge labels, make the series, remember the
// binding. The unit is a line.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "traffic.h"
#include "weir/pipeline/pipeline.h"
#include "weir/rulefile/loader.h"

namespace weir::bench {
namespace {

constexpr std::size_t kNewSeries = 100'000;
constexpr std::size_t kDatagramsPerBatch = 32;
constexpr std::size_t kItems = 10'000;

// `pattern` with a number in place of `N`.
std::string regex_mapping(std::size_t count, const std::string& pattern) {
  std::string text = "mappings:\n";
  for (std::size_t i = 0; i < count; ++i) {
    std::string expression = pattern;
    expression.replace(expression.find('N'), 1, fmt::to_string(i));
    text +=
        fmt::format("- match: '{}'\n  match_type: regex\n  name: service{}_total\n", expression, i);
  }
  return text;
}

void feed(pipeline::Pipeline& pipeline, const std::vector<std::string>& datagrams) {
  for (std::size_t at = 0; at < datagrams.size(); at += kDatagramsPerBatch) {
    pipeline::Pipeline::Batch batch(pipeline, base::Clock::now());
    const std::size_t end = std::min(at + kDatagramsPerBatch, datagrams.size());
    for (std::size_t i = at; i < end; ++i) batch.datagram(datagrams[i]);
  }
}

void see_first(benchmark::State& state, const std::string& mapping,
               const std::vector<std::string>& lines) {
  const auto datagrams = packed(lines);
  const auto rules = pipeline::prepare(rulefile::parse_rules(mapping, "mapping.yml").rules, 1);
  for (auto iteration : state) {
    (void)iteration;
    state.PauseTiming();
    auto store = std::make_unique<metrics::Store>(metrics::Budgets{}, std::vector<std::string>{}, 1,
                                                  base::Instant::now());
    auto pipeline =
        std::make_unique<pipeline::Pipeline>(rules, *store, pipeline::PipelineOptions{});
    state.ResumeTiming();
    feed(*pipeline, datagrams);
    state.PauseTiming();
    if (store->counts().series != lines.size()) state.SkipWithError("not every line made a series");
    pipeline.reset();
    store.reset();
    state.ResumeTiming();
  }
  set_items(state, lines.size());
}

void globs(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  LineOptions options;
  options.services = count;
  options.families = kItems;
  see_first(state, glob_mapping(count), standard_lines(kNewSeries, options));
}

// Names that match none, and begin like what the expressions look for.
void regexes(benchmark::State& state, const std::string& pattern) {
  const auto count = static_cast<std::size_t>(state.range(0));
  LineOptions options;
  options.prefix = "a.svc99999";
  see_first(state, regex_mapping(count, pattern), standard_lines(kNewSeries / 10, options));
}

void no_rules(benchmark::State& state) {
  see_first(state, "mappings: []", standard_lines(kNewSeries));
}

BENCHMARK(no_rules)->Unit(benchmark::kMillisecond);
BENCHMARK(globs)->Arg(1)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(regexes, anchored, R"(^a\.svcN\.(.*)$)")
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(regexes, open, R"((.*)\.svcN\.(.*))")
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::bench
