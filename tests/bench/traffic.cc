// SPDX-License-Identifier: Apache-2.0
#include "traffic.h"

#include <fmt/format.h>

#include "workload.h"

namespace weir::bench {

std::vector<std::string> packed(const std::vector<std::string>& lines, std::size_t bytes) {
  std::vector<std::string> datagrams(1);
  for (const auto& line : lines) {
    if (!datagrams.back().empty() && datagrams.back().size() + line.size() + 1 > bytes) {
      datagrams.emplace_back();
    }
    if (!datagrams.back().empty()) datagrams.back() += '\n';
    datagrams.back() += line;
  }
  return datagrams;
}

std::vector<std::string> standard_lines(std::size_t count, const LineOptions& options) {
  WorkloadOptions workload;
  workload.series = count;
  workload.lines_min = count;
  workload.kinds = options.kinds;
  workload.tags = options.tags;
  workload.families = options.tags == 0 ? count : options.families;
  workload.services = options.services;
  workload.prefix = options.prefix;
  workload.first_series = options.first_series;
  const Workload made(workload);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < made.size(); ++i) lines.emplace_back(made.datagram(i));
  return lines;
}

std::string glob_mapping(std::size_t count) {
  constexpr std::size_t kMetricNames = 100;
  std::string text = "mappings:\n";
  for (std::size_t i = 0; i < count; ++i) {
    text += fmt::format(
        "- match: shop.service{:02}.requests_by_endpoint.*\n  name: service{}_requests_total\n"
        "  labels:\n    item: $1\n",
        i, i % kMetricNames);
  }
  return text;
}

void set_items(benchmark::State& state, std::size_t items) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
}

}  // namespace weir::bench
