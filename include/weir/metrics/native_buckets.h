// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "weir/metrics/definition.h"
#include "weir/metrics/reading.h"

namespace weir::metrics {

// Buckets of native histograms end at 2^(i / 2^schema) for every whole i: a higher schema is finer.
inline constexpr int kSchemaMin = -4;
inline constexpr int kSchemaMax = 8;
// Up to here, inclusive, a number counts as zero; a bound of every schema.
inline constexpr double kZeroThreshold = 0x1p-128;

// The coarsest schema whose buckets do not grow by more than `factor`, which is above 1 (behaviour
// value.native-buckets).
[[nodiscard]] int native_schema(double factor);

// Counts of those buckets of one sign that hold anything.
class SparseBuckets {
 public:
  void add(std::int32_t index, std::uint64_t count);
  // Merges every two neighbours, as the next coarser schema wants it.
  void halve();
  // As spans; up to two empty buckets between two others are written out (behaviour
  // value.native-buckets).
  void read(SpannedBuckets& buckets) const;

  [[nodiscard]] std::size_t size() const { return indexes_.size(); }
  // Memory beyond the object itself.
  [[nodiscard]] std::size_t bytes() const;

  // All of them: the counts of the buckets at `indexes`, which ascend.
  struct State {
    std::vector<std::int32_t> indexes;
    std::vector<std::uint64_t> counts;
  };
  [[nodiscard]] State state() const { return {indexes_, counts_}; }
  [[nodiscard]] static bool is_possible(const State& state);
  // `state` is possible.
  void restore(const State& state);

 private:
  // Where `index` is or belongs.
  [[nodiscard]] std::size_t place_of(std::int32_t index) const;

  // Ascending. Apart from the counts, so that a search touches few cache lines.
  std::vector<std::int32_t> indexes_;
  std::vector<std::uint64_t> counts_;
};

// The native part of one histogram: exponential buckets as fine as their number allows (behaviour
// value.native-buckets). One thread.
class NativeBuckets {
 public:
  explicit NativeBuckets(NativeOptions options)
      : schema_(options.schema), buckets_max_(options.buckets_max) {}

  // Not NaN; infinities have buckets of their own. Each of the `weight` observations that finds
  // more buckets than allowed halves the resolution once.
  void add(double value, std::uint32_t weight);
  void read(NativeReading& reading) const;

  // Memory beyond the object itself.
  [[nodiscard]] std::size_t bytes() const { return positive_.bytes() + negative_.bytes(); }

  // All of them, for others with the same options to go on with.
  struct State {
    std::int32_t schema = 0;
    std::uint64_t zero_count = 0;
    SparseBuckets::State positive;
    SparseBuckets::State negative;
  };
  [[nodiscard]] State state() const {
    return {schema_, zero_count_, positive_.state(), negative_.state()};
  }
  [[nodiscard]] static bool is_possible(const State& state);
  // `state` is possible.
  void restore(const State& state);

 private:
  void limit(std::uint32_t steps);

  std::int32_t schema_;
  std::uint32_t buckets_max_;
  std::uint64_t zero_count_ = 0;
  SparseBuckets positive_;
  SparseBuckets negative_;
};

}  // namespace weir::metrics
