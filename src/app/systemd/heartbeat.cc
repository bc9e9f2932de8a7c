// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/heartbeat.h"

namespace weir::app {

void Heartbeat::start(std::chrono::nanoseconds period) {
  period_ = period;
  beat_later();
}

void Heartbeat::beat_later() {
  timer_.expires_after(period_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    // A timer that ran out just before it was cancelled reports no error.
    if (error || has_stopped_) return;
    beats_.add();
    beat_later();
  });
}

void Heartbeat::stop() {
  has_stopped_ = true;
  timer_.cancel();
}

}  // namespace weir::app
