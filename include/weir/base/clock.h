// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace weir::base {

// Monotonic time. It is read once per batch and handed down, never asked for below `app` and `net`.
using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

}  // namespace weir::base
