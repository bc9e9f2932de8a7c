// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

#include "weir/base/clock.h"
#include "weir/webconfig/web_config.h"

namespace weir::app {

// Lets `burst` requests through at once, and one more each `interval`. One thread.
class RateLimiter {
 public:
  explicit RateLimiter(const webconfig::RateLimit& limit) : limit_(limit), tokens_(limit.burst) {}

  [[nodiscard]] bool take(base::TimePoint now) {
    if (limit_.interval.count() == 0) return true;
    refill(now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  void refill(base::TimePoint now) {
    if (last_ != base::TimePoint::min()) {
      const std::chrono::duration<double> passed = now - last_;
      const std::chrono::duration<double> interval = limit_.interval;
      tokens_ = std::min<double>(limit_.burst, tokens_ + passed / interval);
    }
    last_ = now;
  }

  webconfig::RateLimit limit_;
  double tokens_;
  base::TimePoint last_ = base::TimePoint::min();
};

}  // namespace weir::app
