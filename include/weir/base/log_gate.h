// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "weir/base/clock.h"

namespace weir::base {

// Lets the first of many like messages through, and another one after each interval.
class LogGate {
 public:
  static constexpr std::chrono::seconds kInterval{10};

  [[nodiscard]] bool pass(TimePoint now) {
    if (now < next_) return false;
    next_ = now + kInterval;
    return true;
  }

 private:
  TimePoint next_ = TimePoint::min();
};

}  // namespace weir::base
