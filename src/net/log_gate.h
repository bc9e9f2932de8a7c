// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "weir/base/clock.h"

namespace weir::net {

// Lets the first of many like messages through, and another one after each interval.
class LogGate {
 public:
  static constexpr std::chrono::seconds kInterval{10};

  [[nodiscard]] bool pass(base::TimePoint now) {
    if (now < next_) return false;
    next_ = now + kInterval;
    return true;
  }

 private:
  base::TimePoint next_ = base::TimePoint::min();
};

}  // namespace weir::net
