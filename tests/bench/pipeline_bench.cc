// SPDX-License-Identifier: Apache-2.0
// What a line costs: parsed alone, and parsed, bound and applied to a series that is hot.
#include <cstddef>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "weir/mapping/rule_set.h"
#include "weir/pipeline/pipeline.h"
#include "weir/statsd/line_parser.h"
#include "weir/statsd/line_splitter.h"

namespace weir {
namespace {

constexpr std::size_t kSeries = 1'000;
constexpr std::size_t kDatagramBytes = 1432;

enum Traffic { kCounters, kTaggedCounters, kGauges, kTimers, kMixed };
constexpr const char* kTrafficNames[] = {"counters", "tagged_counters", "gauges", "timers",
                                         "mixed"};

std::string line_of(std::size_t number, Traffic traffic) {
  constexpr const char* kTags = "env:production,host:web-0001,endpoint:/api/v1/item";
  switch (traffic) {
    case kCounters: return fmt::format("shop.service07.requests_by_endpoint.i{:04}:1|c", number);
    case kTaggedCounters:
      return fmt::format("shop.service07.requests_by_endpoint.i{:04}:1|c|#{}{:03}", number, kTags,
                         number % kSeries);
    case kGauges: return fmt::format("shop.service07.queue_depth_of_shard.i{:04}:17.5|g", number);
    case kTimers: return fmt::format("shop.service07.request_duration_of.i{:04}:3.25|ms", number);
    case kMixed: break;
  }
  constexpr Traffic kCycle[] = {kTaggedCounters, kGauges, kTaggedCounters, kTimers};
  return line_of(number, kCycle[number % 4]);
}

std::vector<std::string> datagrams_of(Traffic traffic) {
  std::vector<std::string> datagrams(1);
  for (std::size_t i = 0; i < kSeries; ++i) {
    // Neighbours in time are not neighbours in memory.
    const std::string line = line_of(i * 7919 % kSeries, traffic);
    if (datagrams.back().size() + line.size() + 1 > kDatagramBytes) datagrams.emplace_back();
    if (!datagrams.back().empty()) datagrams.back() += '\n';
    datagrams.back() += line;
  }
  return datagrams;
}

class Discard final : public statsd::LineVisitor {
 public:
  void on_attempt() override {}
  void on_sample(const statsd::Sample& sample) override { sum += sample.value; }
  void on_unknown_type(const statsd::Sample&) override {}
  void on_rejection(statsd::Rejection) override {}
  void on_weight_capped() override {}
  void on_message(statsd::Message) override {}
  double sum = 0;
};

void set_ns_per_line(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSeries));
  state.SetLabel(kTrafficNames[state.range(0)]);
  state.counters["ns_per_line"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kSeries / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void parse(benchmark::State& state) {
  const auto datagrams = datagrams_of(static_cast<Traffic>(state.range(0)));
  const statsd::LineParser parser({}, {});
  Discard discard;
  for (auto iteration : state) {
    (void)iteration;
    for (const auto& datagram : datagrams) {
      statsd::for_each_line(datagram, [&](std::string_view line) { parser.parse(line, discard); });
    }
  }
  benchmark::DoNotOptimize(discard.sum);
  set_ns_per_line(state);
}

void parse_bind_apply(benchmark::State& state) {
  const auto datagrams = datagrams_of(static_cast<Traffic>(state.range(0)));
  metrics::Store store({}, {}, 1, base::Clock::now());
  pipeline::Pipeline pipeline(pipeline::prepare(mapping::RuleSet::empty(), 1), store, {});
  for (auto iteration : state) {
    (void)iteration;
    pipeline::Pipeline::Batch batch(pipeline, base::Clock::now());
    for (const auto& datagram : datagrams) batch.datagram(datagram);
  }
  set_ns_per_line(state);
}

BENCHMARK(parse)->DenseRange(kCounters, kMixed);
BENCHMARK(parse_bind_apply)->DenseRange(kCounters, kMixed);

}  // namespace
}  // namespace weir
