// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/native_buckets.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>

#include "metrics/bucket_index.h"

namespace weir::metrics {
namespace {

// A span costs about as much as this many empty buckets.
constexpr std::int32_t kFilledGapMax = 2;
// Above every index that a number has.
constexpr std::int32_t kIndexMax = 1 << 20;

}  // namespace

int native_schema(double factor) {
  assert(factor > 1);
  const double floor = std::floor(std::log2(std::log2(factor)));
  return static_cast<int>(std::clamp<double>(-floor, kSchemaMin, kSchemaMax));
}

std::size_t SparseBuckets::place_of(std::int32_t index) const {
  // Values come in no order: branches on comparisons would be guessed wrong half of the time, hence
  // the products.
  const std::int32_t* first = indexes_.data();
  std::size_t left = indexes_.size();
  while (left > 1) {
    const std::size_t half = left / 2;
    first += half * static_cast<std::size_t>(first[half - 1] < index);
    left -= half;
  }
  const bool is_behind = left == 1 && *first < index;
  return static_cast<std::size_t>(first - indexes_.data()) + static_cast<std::size_t>(is_behind);
}

void SparseBuckets::add(std::int32_t index, std::uint64_t count) {
  const std::size_t place = place_of(index);
  if (place < indexes_.size() && indexes_[place] == index) {
    counts_[place] += count;
    return;
  }
  indexes_.insert(indexes_.begin() + static_cast<std::ptrdiff_t>(place), index);
  counts_.insert(counts_.begin() + static_cast<std::ptrdiff_t>(place), count);
}

void SparseBuckets::halve() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    const std::int32_t index = (indexes_[i] + 1) >> 1;
    if (kept > 0 && indexes_[kept - 1] == index) {
      counts_[kept - 1] += counts_[i];
      continue;
    }
    indexes_[kept] = index;
    counts_[kept] = counts_[i];
    ++kept;
  }
  indexes_.resize(kept);
  counts_.resize(kept);
}

void SparseBuckets::read(SpannedBuckets& buckets) const {
  buckets.spans.clear();
  buckets.counts.clear();
  std::int32_t next = 0;
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    const std::int32_t gap = indexes_[i] - next;
    if (i == 0 || gap > kFilledGapMax) {
      buckets.spans.push_back({gap, 0});
    } else {
      buckets.counts.insert(buckets.counts.end(), static_cast<std::size_t>(gap), 0);
      buckets.spans.back().length += static_cast<std::uint32_t>(gap);
    }
    buckets.counts.push_back(counts_[i]);
    ++buckets.spans.back().length;
    next = indexes_[i] + 1;
  }
}

std::size_t SparseBuckets::bytes() const {
  return indexes_.capacity() * sizeof(std::int32_t) + counts_.capacity() * sizeof(std::uint64_t);
}

void NativeBuckets::add(double value, std::uint32_t weight) {
  assert(!std::isnan(value));
  const double magnitude = std::abs(value);
  if (magnitude <= kZeroThreshold) {
    zero_count_ += weight;
  } else {
    (value > 0 ? positive_ : negative_).add(bucket_index(magnitude, schema_), weight);
  }
  limit(weight);
}

void NativeBuckets::limit(std::uint32_t steps) {
  for (; steps > 0 && positive_.size() + negative_.size() > buckets_max_; --steps) {
    if (schema_ == kSchemaMin) return;
    --schema_;
    positive_.halve();
    negative_.halve();
  }
}

void NativeBuckets::read(NativeReading& reading) const {
  reading.schema = schema_;
  reading.zero_threshold = kZeroThreshold;
  reading.zero_count = zero_count_;
  positive_.read(reading.positive);
  negative_.read(reading.negative);
}

bool SparseBuckets::is_possible(const State& state) {
  const auto& indexes = state.indexes;
  if (indexes.size() != state.counts.size()) return false;
  if (indexes.empty()) return true;
  const bool ascends = std::ranges::adjacent_find(indexes, std::greater_equal()) == indexes.end();
  return ascends && indexes.front() > -kIndexMax && indexes.back() < kIndexMax;
}

void SparseBuckets::restore(const State& state) {
  indexes_ = state.indexes;
  counts_ = state.counts;
}

bool NativeBuckets::is_possible(const State& state) {
  return state.schema >= kSchemaMin && state.schema <= kSchemaMax &&
         SparseBuckets::is_possible(state.positive) && SparseBuckets::is_possible(state.negative);
}

void NativeBuckets::restore(const State& state) {
  schema_ = state.schema;
  zero_count_ = state.zero_count;
  positive_.restore(state.positive);
  negative_.restore(state.negative);
}

}  // namespace weir::metrics
