// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "weir/metrics/definition.h"

namespace weir::metrics {

// What the writer of a format is told of a family. Borrowed for the call.
struct FamilyReading {
  std::string_view name;
  std::string_view help;
  Type type = Type::Counter;
};

// What the writer of a format is told of a series: plain values copied out of it. Borrowed for the
// call.
struct SeriesReading {
  // Sorted by name and escaped, without braces: `a="x",b="y"`.
  std::string_view labels;
  // Counters and gauges.
  double value = 0;
  // Summaries: `quantiles[i]` is the value at `objectives[i]`.
  std::span<const Objective> objectives;
  std::span<const double> quantiles;
  // Histograms: `bucket_counts[i]` observations fell between `bounds[i - 1]` and `bounds[i]`; not
  // cumulative, and one more than there are bounds (above the last).
  std::span<const double> bounds;
  std::span<const std::uint64_t> bucket_counts;
  // Summaries and histograms.
  double sum = 0;
  // Summaries. A histogram's count is the sum of its buckets.
  std::uint64_t count = 0;
};

// Receives a scrape in order: each family, then its series. One implementation per exposition
// format.
class ReadingVisitor {
 public:
  virtual ~ReadingVisitor() = default;
  virtual void on_family(const FamilyReading& family) = 0;
  virtual void on_series(const SeriesReading& series) = 0;
};

}  // namespace weir::metrics
