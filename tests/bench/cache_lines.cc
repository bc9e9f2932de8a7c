// SPDX-License-Identifier: Apache-2.0
// What cache_lines.py traces: known lines, each in a batch of its own, with a store to a mark
// before each. Says on its standard output where the mark, the lines and the series are.
//
//   cache_lines KIND [MAPPING]     a type of StatsD, and the text of a mapping file
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include "traffic.h"
#include "weir/base/arena.h"
#include "weir/pipeline/pipeline.h"
#include "weir/rulefile/loader.h"

namespace weir::bench {
namespace {

constexpr std::size_t kSeries = 128;
// Before the one that counts, so that buffers of observations have grown a little.
constexpr std::size_t kPassesBefore = 10;

alignas(64) volatile std::uint64_t mark = 0;

void feed(pipeline::Pipeline& pipeline, std::string_view datagram) {
  pipeline::Pipeline::Batch(pipeline, base::Clock::now()).datagram(datagram);
}

template <class Pointer>
std::uint64_t address(Pointer pointer) {
  return reinterpret_cast<std::uint64_t>(pointer);
}

void run(const std::string& kind, const std::string& mapping) {
  const auto rules = mapping.empty() ? mapping::RuleSet::empty()
                                     : rulefile::parse_rules(mapping, "mapping.yml").rules;
  metrics::Store store({}, {}, 1, base::Instant::now());
  pipeline::PipelineOptions options;
  options.writers = metrics::Writers::One;
  pipeline::Pipeline pipeline(pipeline::prepare(rules, 1), store, options);
  LineOptions lines_of;
  lines_of.kinds = {kind};
  const auto lines = standard_lines(kSeries, lines_of);
  for (std::size_t pass = 0; pass < kPassesBefore; ++pass) {
    for (const auto& line : lines) feed(pipeline, line);
  }
  fmt::print("{{\"mark\":{},\"code\":{},\"series\":[{},{}],\"lines\":[", address(&mark),
             address(&run), address(store.at(1)), base::Arena::kChunkBytes);
  for (const auto& line : lines) {
    fmt::print("{}[{},{}]", &line == &lines.front() ? "" : ",", address(line.data()), line.size());
  }
  fmt::print("]}}\n");
  for (const std::string_view line : lines) {
    benchmark::DoNotOptimize(line);
    mark = mark + 1;
    feed(pipeline, line);
  }
  mark = mark + 1;
}

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
  try {
    weir::bench::run(argc > 1 ? argv[1] : "c", argc > 2 ? argv[2] : "");
  } catch (const std::exception& error) {
    fmt::print(stderr, "cache_lines: {}\n", error.what());
    return 1;
  }
}
