// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace weir::base {

// Monotonic time. It is read once per batch and handed down, never asked for below `app` and `net`.
using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

// Time of the wall clock, as files and protocols have it.
using UnixTime = std::chrono::sys_time<std::chrono::nanoseconds>;

// Asked only where a program outside names a moment, which has to be held against now.
inline UnixTime unix_now() {
  return std::chrono::time_point_cast<UnixTime::duration>(std::chrono::system_clock::now());
}

// One moment by both clocks. Taken once per process, it gives the monotonic times of the process
// their Unix time, which then does not move when the wall clock is set.
struct Instant {
  TimePoint monotonic;
  UnixTime unix_time;

  static Instant now() { return {Clock::now(), unix_now()}; }
};

}  // namespace weir::base
