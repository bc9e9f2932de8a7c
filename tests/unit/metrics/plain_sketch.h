// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "weir/metrics/definition.h"
#include "weir/metrics/quantile_sketch.h"

namespace weir::metrics {

// The algorithm as it is described (behaviour value.summary-sketch): a batch is inserted from
// below, then everything is compressed from above, and the allowed error is computed each time it
// is needed.
class PlainSketch {
 public:
  explicit PlainSketch(std::span<const Objective> objectives)
      : objectives_(objectives.begin(), objectives.end()) {}

  void merge(std::span<const Observation> ascending) {
    std::size_t place = 0;
    double below = 0;
    for (const Observation& added : ascending) {
      while (place < entries_.size() && !precedes(added.value, entries_[place].value)) {
        below += entries_[place++].width;
      }
      const bool is_largest = place == entries_.size();
      const double delta =
          is_largest ? 0 : std::max(0.0, std::floor(allowed_error(total_, below)) - 1);
      const double weight = added.weight;
      entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(place++),
                      {added.value, weight, delta, weight});
      total_ += weight;
      below += weight;
    }
    compress();
  }

  [[nodiscard]] double query(double quantile) const {
    double target = std::ceil(quantile * total_);
    target += std::ceil(allowed_error(total_, target) / 2);
    double rank = 0;
    for (std::size_t i = 0; i + 1 < entries_.size(); ++i) {
      rank += entries_[i].width;
      if (rank + reach(entries_[i + 1]) > target) return entries_[i].value;
    }
    return entries_.back().value;
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    double value;
    double width;
    double delta;
    double own;
  };

  static double reach(const Entry& entry) { return entry.width - entry.own + 1 + entry.delta; }

  [[nodiscard]] double allowed_error(double total, double rank) const {
    double smallest = std::numeric_limits<double>::max();
    for (const auto& [quantile, error] : objectives_) {
      const double allowed = quantile * total <= rank ? 2 * error * rank / quantile
                                                      : 2 * error * (total - rank) / (1 - quantile);
      if (allowed < smallest) smallest = allowed;
    }
    return smallest;
  }

  void compress() {
    if (entries_.empty()) return;
    double rank = total_ - 1 - entries_.back().width;
    for (std::size_t i = entries_.size() - 1; i-- > 0;) {
      const double width = entries_[i].width;
      if (width + reach(entries_[i + 1]) <= allowed_error(total_, rank)) {
        entries_[i + 1].width += width;
        entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
      }
      rank -= width;
    }
  }

  std::vector<Objective> objectives_;
  // Ascends by value.
  std::vector<Entry> entries_;
  double total_ = 0;
};

}  // namespace weir::metrics
