// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "weir/metrics/hyper_log_log.h"
#include "weir/metrics/recent_values.h"

namespace weir::metrics {

// How many distinct values a sliding window holds: exact up to RecentValues::kSizeMax, an estimate
// with HyperLogLog::kStandardError above (behaviour set.count). Time comes as periods: the window
// is the present one and the RecentValues::kPeriods before it. It never allocates or frees: who
// adds gives it room, and takes away what is not needed any more. One thread.
class DistinctWindow {
 public:
  // One sketch for each period of a window.
  struct Sketches {
    std::array<HyperLogLog, RecentValues::kPeriods + 1> of_period;
  };

  enum class Added : std::uint8_t {
    Yes,
    NeedsRoom,      // not added: `move_to` more room first
    NeedsSketches,  // not added: `use` sketches first
  };

  // `hash` spreads values over all its bits.
  Added add(std::uint64_t hash);
  // What is added from now on belongs to `period`, which is not before the present one. Returns
  // sketches that are not needed any more.
  [[nodiscard]] std::unique_ptr<Sketches> turn_to(std::uint64_t period);

  [[nodiscard]] std::size_t next_capacity() const { return values_.next_capacity(); }
  void move_to(RecentValues::Room& room) { values_.move_to(room); }
  // The room of a window whose exact count is 0.
  [[nodiscard]] RecentValues::Room give_back() { return values_.give_back(); }
  // Has the values so far added to `sketches`, which are new; leaves them where there are some.
  void use(std::unique_ptr<Sketches>& sketches);

  // The count has to be estimated: `exact_count` does not know it.
  [[nodiscard]] bool is_estimated() const { return sketches_ != nullptr; }
  [[nodiscard]] std::size_t exact_count() const { return values_.count(); }
  // Adds to `merged` what was added in the period `age` periods ago. `is_estimated`.
  void merge_period(std::uint64_t age, HyperLogLog& merged) const;

  // Memory beyond the object itself.
  [[nodiscard]] std::size_t bytes() const {
    return values_.bytes() + (sketches_ == nullptr ? 0 : sizeof(Sketches));
  }

 private:
  [[nodiscard]] HyperLogLog& sketch(std::uint64_t period) const {
    return sketches_->of_period[period % sketches_->of_period.size()];
  }

  // All values since the period `begun_`, unless they were too many; 0: all of the window.
  RecentValues values_;
  bool is_overfull_ = false;
  std::uint64_t begun_ = 0;
  // Null while `values_` has the whole window.
  std::unique_ptr<Sketches> sketches_;
  std::uint64_t period_ = 0;
};

}  // namespace weir::metrics
