// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

#include "weir/base/clock.h"

namespace weir::app {

// Lets so much through in a second on average, and as much at once. What is spent beyond that is
// owed.
class TokenBucket {
 public:
  explicit TokenBucket(double per_second) : per_second_(per_second), credit_(per_second) {}

  void refill(base::TimePoint now) {
    if (last_ != base::TimePoint{} && now > last_) {
      const double seconds = std::chrono::duration<double>(now - last_).count();
      credit_ = std::min(per_second_, credit_ + seconds * per_second_);
    }
    last_ = std::max(last_, now);
  }
  [[nodiscard]] bool has_credit() const { return credit_ > 0; }
  void spend(double amount) { credit_ -= amount; }

 private:
  double per_second_;
  double credit_;
  base::TimePoint last_{};
};

}  // namespace weir::app
