// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "weir/metrics/definition.h"

namespace weir::metrics {

// One observed value, standing for `weight` equal observations (1 at least).
struct Observation {
  double value;
  std::uint32_t weight;
  // The place in the order of arrival; kept where observations are sorted by value and older ones
  // must be known from newer ones.
  std::uint32_t arrival;
};

// The order of observed values: by size, NaN before everything (the reference compares with `<` and
// leaves the place of NaN to chance).
[[nodiscard]] inline bool precedes(double left, double right) {
  return left < right || (left != left && right == right);
}

// A streaming estimate of chosen quantiles over everything merged since the last reset: targeted
// CKMS, as the reference computes it (behaviour value.summary-sketch), so that the same batches
// give the same answers. It keeps a few dozen entries however much was merged. A weight costs one
// entry, never `weight` of them. One thread.
class QuantileSketch {
 public:
  // `objectives` must outlive the sketch.
  explicit QuantileSketch(std::span<const Objective> objectives) : objectives_(objectives) {}

  // `added` ascends by `precedes`. An empty batch only compresses what is there, as the reference
  // does when it is asked with nothing buffered.
  void merge(std::span<const Observation> added);
  void reset();

  // The estimate for `quantile`; the sketch must not be empty.
  [[nodiscard]] double query(double quantile) const;
  [[nodiscard]] bool is_empty() const { return entries_.empty(); }
  // Observations since the last reset, weights included.
  [[nodiscard]] std::uint64_t count() const { return static_cast<std::uint64_t>(total_); }
  // Entries kept.
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  // `width` observations that end with `own` observations of exactly `value`; `delta` bounds by how
  // much the rank of the first of those may be larger than the widths say.
  struct Entry {
    double value;
    double width;
    double delta;
    double own;

    // What the entry adds to the rank up to the first observation of its value.
    [[nodiscard]] double reach() const { return width - own + 1 + delta; }
  };

  // All of a sketch, for another one with the same objectives to go on with.
  struct State {
    double total = 0;
    // Descends by value.
    std::vector<Entry> entries;
  };
  [[nodiscard]] State state() const { return {total_, entries_}; }
  void restore(State state);

 private:
  // The error that a rank may have when there are `total` observations: the invariant of the
  // algorithm.
  [[nodiscard]] double allowed_error(double total, double rank) const;
  [[nodiscard]] double delta_at(double total, double rank) const;

  std::span<const Objective> objectives_;
  // Descends by value, so that merging and compressing are one pass.
  std::vector<Entry> entries_;
  double total_ = 0;
};

}  // namespace weir::metrics
