// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/distinct_window.h"

#include <cassert>
#include <utility>

namespace weir::metrics {

DistinctWindow::Added DistinctWindow::add(std::uint64_t hash) {
  if (!is_overfull_) {
    switch (values_.add(hash)) {
      case RecentValues::Added::Yes: break;
      case RecentValues::Added::NeedsRoom: return Added::NeedsRoom;
      case RecentValues::Added::Full:
        if (sketches_ == nullptr) return Added::NeedsSketches;
        is_overfull_ = true;
    }
  }
  if (sketches_ != nullptr) sketch(period_).add(hash);
  return Added::Yes;
}

// Once the values were too many they are collected again from the next period on; when those are
// all of a window, they are its count.
std::unique_ptr<DistinctWindow::Sketches> DistinctWindow::turn_to(std::uint64_t period) {
  assert(period >= period_);
  if (period == period_) return nullptr;
  const bool is_all_old = period - period_ > RecentValues::kPeriods;
  values_.turn_to(period);
  while (sketches_ != nullptr && !is_all_old && period_ < period) sketch(++period_).clear();
  period_ = period;
  if (is_all_old) {
    begun_ = 0;
  } else if (is_overfull_) {
    values_.clear();
    begun_ = period;
  }
  is_overfull_ = false;
  const bool has_whole_window = begun_ == 0 || period - begun_ >= RecentValues::kPeriods;
  return has_whole_window ? std::move(sketches_) : nullptr;
}

void DistinctWindow::use(std::unique_ptr<Sketches>& sketches) {
  if (sketches_ != nullptr) return;
  sketches_ = std::move(sketches);
  values_.visit([this](std::uint64_t hash, std::uint64_t age) { sketch(period_ - age).add(hash); });
}

void DistinctWindow::merge_period(std::uint64_t age, HyperLogLog& merged) const {
  assert(is_estimated() && age <= RecentValues::kPeriods);
  if (age <= period_) merged.merge(sketch(period_ - age));
}

}  // namespace weir::metrics
