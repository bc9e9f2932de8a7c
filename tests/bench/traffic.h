// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

namespace weir::bench {

// What fits into one Ethernet frame.
inline constexpr std::size_t kFrameBytes = 1432;
inline constexpr std::size_t kHotSeries = 1'000;

// Packs lines into datagrams of at most `bytes`; a longer line gets one of its own.
[[nodiscard]] std::vector<std::string> packed(const std::vector<std::string>& lines,
                                              std::size_t bytes = kFrameBytes);

// `count` standard lines (see workload.h) of as many series, in seeded random order: the first
// `tags` of their tags, and types that take turns family by family.
struct LineOptions {
  std::vector<std::string> kinds = {"c"};
  std::size_t tags = 3;
  std::size_t families = 1'000;
  std::size_t services = 100;
  std::string prefix = "shop.service";
  std::size_t first_series = 0;
};
[[nodiscard]] std::vector<std::string> standard_lines(std::size_t count,
                                                      const LineOptions& options = {});

// A mapping file with a rule for each of the first `count` services of standard lines. As many
// metric names however many rules there are, so that only the rules differ.
[[nodiscard]] std::string glob_mapping(std::size_t count);

// Reports the time of one of `items` that every iteration works on.
void set_items(benchmark::State& state, std::size_t items);

}  // namespace weir::bench
