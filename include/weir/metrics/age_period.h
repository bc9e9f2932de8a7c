// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "weir/base/clock.h"
#include "weir/metrics/definition.h"

namespace weir::metrics {

// A sliding window forgets a period at a time: its share of `max_age` among `age_buckets`, which
// are positive (behaviour value.summary-window).
[[nodiscard]] std::chrono::nanoseconds age_period(const Definition& definition);

// When the present period of a window ends. Needs the lock of the window.
class PeriodEnd {
 public:
  explicit PeriodEnd(base::TimePoint end) : end_(end) {}

  // The end itself still belongs to the period.
  [[nodiscard]] bool has_passed(base::TimePoint now) const { return now > end_; }
  // How long the period still lasts; negative when it has passed.
  [[nodiscard]] std::chrono::nanoseconds left(base::TimePoint now) const { return end_ - now; }
  // Goes on to the period that `now` is in. Returns how many have ended.
  std::uint64_t advance(base::TimePoint now, std::chrono::nanoseconds period);

 private:
  base::TimePoint end_;
};

}  // namespace weir::metrics
