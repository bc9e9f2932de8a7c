// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "weir/base/clock.h"
#include "weir/metrics/definition.h"

namespace weir::metrics {

// What else a store holds while a family of it is visited: for writers that change names. What is
// no more, or not yet, on the page may count too. Not for finding values. The thread of the visit.
class PageDirectory {
 public:
  virtual ~PageDirectory() = default;
  // The type of the family of exactly this name, if there is one.
  [[nodiscard]] virtual std::optional<Type> type_of(std::string_view name) const = 0;
  // Whether the family that is visited has a series of exactly this label body.
  [[nodiscard]] virtual bool has_series(std::string_view labels) const = 0;
};

// What the writer of a format gets of a family. Borrowed for the call.
struct FamilyReading {
  std::string_view name;
  std::string_view help;
  Type type = Type::Counter;
  // The base unit of its values, such as `seconds`; "" when it is not known. A writer that shows it
  // looks itself whether the name ends in it.
  std::string_view unit = {};
  // Null for the daemon's own families, whose names no other has. Good until the family ends.
  const PageDirectory* page = nullptr;
  // The name is not the one that the order of families goes by, and nothing on the page clashes
  // with what it and its samples are called.
  bool is_escaped = false;
  // A gauge of which the program that exposes it does not say that it is one.
  bool is_untyped = false;
  // False where others expose a family without any help.
  bool has_help = true;
};

// A run of neighbouring native buckets: how far after the end of the run before it begins (the
// first: from index 0, negative when before it), and how many buckets it has.
struct BucketSpan {
  std::int32_t offset = 0;
  std::uint32_t length = 0;
  bool operator==(const BucketSpan&) const = default;
};

// The native buckets of one sign: `counts` has as many entries as the spans have buckets.
struct SpannedBuckets {
  std::vector<BucketSpan> spans;
  std::vector<std::uint64_t> counts;
};

// The native part of a histogram. Its buckets and `zero_count` hold all observations but NaN.
struct NativeReading {
  std::int32_t schema = 0;
  double zero_threshold = 0;
  std::uint64_t zero_count = 0;
  SpannedBuckets negative;
  SpannedBuckets positive;
};

// What the writer of a format gets of a series: plain values copied out of it. Borrowed for the
// call.
struct SeriesReading {
  // Sorted by name and escaped, without braces: `a="x","b.c"="y"` (append_label_name).
  std::string_view labels;
  // When it was made, to a tenth of a second, and so when it began to count; the epoch where that
  // is not known.
  base::UnixTime created;
  // Counters and gauges.
  double value = 0;
  // Gauges with a time of their own only: when the sender measured the value, in whole seconds.
  std::optional<base::UnixTime> timestamp = std::nullopt;
  // Summaries: `quantiles[i]` is the value at `objectives[i]`.
  std::span<const Objective> objectives;
  std::span<const double> quantiles;
  // Histograms: `bucket_counts[i]` observations fell between `bounds[i - 1]` and `bounds[i]`; not
  // cumulative, and one more than there are bounds (above the last).
  std::span<const double> bounds;
  std::span<const std::uint64_t> bucket_counts;
  // Histograms: null without native buckets.
  const NativeReading* native = nullptr;
  // Summaries and histograms.
  double sum = 0;
  // Summaries. A histogram's count is the sum of its buckets.
  std::uint64_t count = 0;

  // Histograms: all observations.
  [[nodiscard]] std::uint64_t observations() const {
    return std::accumulate(bucket_counts.begin(), bucket_counts.end(), std::uint64_t{0});
  }
};

// A counter, or a gauge without a time of its own: what most series are. Borrowed for the call.
struct ValueReading {
  // As in SeriesReading.
  std::string_view labels;
  base::UnixTime created;
  double value = 0;
};

// Receives a scrape in order: each family, its series, its end, and once the end of all. One
// implementation per exposition format.
class ReadingVisitor {
 public:
  virtual ~ReadingVisitor() = default;
  virtual void on_family(const FamilyReading& family) = 0;
  virtual void on_series(const SeriesReading& series) = 0;
  // Several series one after the other: a visitor that does not say what it does with them gets
  // each by `on_series`.
  virtual void on_values(std::span<const ValueReading> series) {
    for (const ValueReading& each : series) {
      SeriesReading reading;
      reading.labels = each.labels;
      reading.created = each.created;
      reading.value = each.value;
      on_series(reading);
    }
  }
  virtual void on_family_end() = 0;
  // After the last family, also where there was none.
  virtual void on_end() {}
};

}  // namespace weir::metrics
