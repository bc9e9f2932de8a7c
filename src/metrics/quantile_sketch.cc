// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/quantile_sketch.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace weir::metrics {
namespace {

// A sketch rarely grows by more than this in one merge.
constexpr std::size_t kSpareEntries = 8;

double weight_of(std::span<const Observation> observations) {
  std::uint64_t weight = 0;
  for (const Observation& observation : observations) weight += observation.weight;
  return static_cast<double>(weight);
}

// How fast the allowed error changes with the rank, at most.
double steepest(std::span<const Objective> objectives) {
  double slope = 0;
  for (const Objective& objective : objectives) {
    // At the ends of the range one side has no rank, and the other no bound.
    if (!(objective.quantile > 0 && objective.quantile < 1)) continue;
    slope = std::max({slope, 2 * objective.error / objective.quantile,
                      2 * objective.error / (1 - objective.quantile)});
  }
  return slope;
}

// Whether an error is allowed at a rank, asked for ranks that descend. Between two ranks the
// allowed error cannot change by more than the steepest slope says, so most answers follow from an
// earlier one, and the divisions of a new one are spared.
template <class AllowedAt>
class DescendingRanks {
 public:
  DescendingRanks(double slope, AllowedAt allowed_at) : slope_(slope), allowed_at_(allowed_at) {}

  bool allow(double error, double rank) {
    // Far more than what rounding can make of it.
    constexpr double kRoundingMax = 1e-9;
    const double change = slope_ * (known_rank_ - rank);
    const double margin = change + kRoundingMax * (known_error_ + change + 1);
    if (error <= known_error_ - margin) return true;
    if (error > known_error_ + margin) return false;
    known_rank_ = rank;
    known_error_ = allowed_at_(rank);
    return error <= known_error_;
  }

 private:
  double slope_;
  AllowedAt allowed_at_;
  // Nothing is known yet: no comparison with these is true.
  double known_rank_ = std::numeric_limits<double>::quiet_NaN();
  double known_error_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace

double QuantileSketch::allowed_error(double total, double rank) const {
  double smallest = std::numeric_limits<double>::max();
  for (const Objective& objective : objectives_) {
    const double error = objective.quantile * total <= rank
                             ? 2 * objective.error * rank / objective.quantile
                             : 2 * objective.error * (total - rank) / (1 - objective.quantile);
    // Not std::min: a quantile of 0 or 1 gives NaN, which must not win.
    if (error < smallest) smallest = error;
  }
  return smallest;
}

double QuantileSketch::delta_at(double total, double rank) const {
  return std::max(0.0, std::floor(allowed_error(total, rank)) - 1);
}

// The reference inserts the batch in ascending order and then compresses in descending order. All
// of it can be computed from above: counting down from the final total gives each observation the
// rank and the total that it met when it was inserted, and most observations vanish into their
// larger neighbour before their delta is needed.
void QuantileSketch::merge(std::span<const Observation> added) {
  const double total = total_ + weight_of(added);
  std::vector<Entry> kept;
  kept.reserve(entries_.size() + kSpareEntries);
  double below = total;
  double total_before = total;
  std::size_t old_taken = 0;
  std::size_t added_left = added.size();
  DescendingRanks ranks(steepest(objectives_),
                        [this, total](double rank) { return allowed_error(total, rank); });
  while (old_taken < entries_.size() || added_left > 0) {
    const bool is_old =
        added_left == 0 || (old_taken < entries_.size() &&
                            precedes(added[added_left - 1].value, entries_[old_taken].value));
    Entry next{};
    if (is_old) {
      next = entries_[old_taken++];
    } else {
      const Observation& newcomer = added[--added_left];
      const double weight = newcomer.weight;
      next = {newcomer.value, weight, 0, weight};
      total_before -= weight;
    }
    // `below` still counts `next`, and the reference's rank is one less.
    const double rank = below - 1;
    below -= next.width;
    if (!kept.empty() && ranks.allow(next.width + kept.back().reach(), rank)) {
      kept.back().width += next.width;
      continue;
    }
    // A newcomer above all that was there has no uncertain rank.
    if (!is_old && old_taken > 0) next.delta = delta_at(total_before, below);
    kept.push_back(next);
  }
  entries_ = std::move(kept);
  total_ = total;
}

void QuantileSketch::reset() {
  entries_ = {};
  total_ = 0;
}

void QuantileSketch::restore(State state) {
  entries_ = std::move(state.entries);
  total_ = state.total;
}

double QuantileSketch::query(double quantile) const {
  assert(!entries_.empty());
  double target = std::ceil(quantile * total_);
  target += std::ceil(allowed_error(total_, target) / 2);
  double rank = 0;
  for (std::size_t i = entries_.size() - 1; i > 0; --i) {
    rank += entries_[i].width;
    if (rank + entries_[i - 1].reach() > target) return entries_[i].value;
  }
  return entries_.front().value;
}

}  // namespace weir::metrics
