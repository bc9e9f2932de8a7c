// SPDX-License-Identifier: Apache-2.0
// From a sample to its binding when the name was seen before. The unit is a sample.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "pipeline/binding_table.h"
#include "traffic.h"
#include "weir/base/hash.h"
#include "weir/sample/identity.h"
#include "weir/statsd/line_parser.h"

namespace weir::bench {
namespace {

constexpr std::uint64_t kSeed = 0x5eed;

class Keep final : public statsd::LineVisitor {
 public:
  void on_attempt() override {}
  void on_sample(const sample::Sample& sample) override { samples.push_back(sample); }
  void on_unknown_type(const sample::Sample&, std::string_view) override {}
  void on_rejection(statsd::Rejection, std::string_view) override {}
  void on_weight_capped() override {}
  void on_message(statsd::Message) override {}
  std::vector<sample::Sample> samples;
};

// Samples that borrow from `lines`.
std::vector<sample::Sample> samples_of(const std::vector<std::string>& lines) {
  const statsd::LineParser parser({}, {});
  Keep keep;
  for (const auto& line : lines) parser.parse(line, keep);
  return std::move(keep.samples);
}

void hash(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  std::uint64_t seed = kSeed;
  for (auto iteration : state) {
    (void)iteration;
    // Each hash waits for the one before, as it does in a table.
    seed = base::hash_bytes(bytes, seed);
  }
  benchmark::DoNotOptimize(seed);
  set_items(state, 1);
}

void fingerprint(benchmark::State& state) {
  const auto lines = standard_lines(kHotSeries);
  const auto samples = samples_of(lines);
  const sample::Fingerprinter fingerprinter(kSeed, base::best_cpu_level());
  std::uint64_t sum = 0;
  for (auto iteration : state) {
    (void)iteration;
    for (const auto& sample : samples) sum += fingerprinter.of(sample).low;
  }
  benchmark::DoNotOptimize(sum);
  set_items(state, samples.size());
}

// In another order than that of insertion, as far as the table can tell: the lines are shuffled.
void hit(benchmark::State& state) {
  const auto lines = standard_lines(static_cast<std::size_t>(state.range(0)));
  const auto samples = samples_of(lines);
  const sample::Fingerprinter fingerprinter(kSeed, base::best_cpu_level());
  pipeline::BindingTable table({});
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto& sample = samples[(i * 7919) % samples.size()];
    table.insert(fingerprinter.of(sample), {}, [](const pipeline::Binding&) { return false; });
  }
  std::uint64_t found = 0;
  for (auto iteration : state) {
    (void)iteration;
    for (const auto& sample : samples) found += table.find(fingerprinter.of(sample)) != nullptr;
  }
  if (found != static_cast<std::uint64_t>(state.iterations()) * samples.size()) {
    state.SkipWithError("a binding is missing");
  }
  set_items(state, samples.size());
}

BENCHMARK(hash)->Arg(8)->Arg(16)->Arg(40)->Arg(100);
BENCHMARK(fingerprint);
BENCHMARK(hit)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace weir::bench
