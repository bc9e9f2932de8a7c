// SPDX-License-Identifier: Apache-2.0
// Finding the lines: in datagrams, and in the pieces of a stream. The unit is a line.
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "traffic.h"
#include "weir/statsd/line_splitter.h"

namespace weir::bench {
namespace {

constexpr std::size_t kLineBytesMax = 65'536;

void split_datagrams(benchmark::State& state) {
  const auto lines = standard_lines(kHotSeries);
  const auto datagrams = packed(lines, static_cast<std::size_t>(state.range(0)));
  std::size_t bytes = 0;
  for (auto iteration : state) {
    (void)iteration;
    for (const auto& datagram : datagrams) {
      statsd::for_each_line(datagram, [&](std::string_view line) { bytes += line.size(); });
    }
    benchmark::DoNotOptimize(bytes);
  }
  set_items(state, lines.size());
}

void split_stream(benchmark::State& state) {
  const auto lines = standard_lines(kHotSeries);
  std::string stream;
  for (const auto& line : lines) stream += line + '\n';
  const auto piece = static_cast<std::size_t>(state.range(0));
  statsd::LineSplitter splitter(kLineBytesMax);
  std::size_t bytes = 0;
  for (auto iteration : state) {
    (void)iteration;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      splitter.feed(
          std::string_view(stream).substr(at, piece),
          [&](std::string_view line, statsd::LineBytes) { bytes += line.size(); },
          [](std::string_view) {});
    }
    benchmark::DoNotOptimize(bytes);
  }
  set_items(state, lines.size());
}

BENCHMARK(split_datagrams)->Arg(kFrameBytes)->Arg(8192)->Arg(0);
BENCHMARK(split_stream)->Arg(65'536)->Arg(kFrameBytes);

}  // namespace
}  // namespace weir::bench
