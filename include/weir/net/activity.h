// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "weir/base/clock.h"

namespace weir::net {

// When a listener last received something, and how full it found the buffer that it receives from.
// One writing thread, any number of reading threads; neither waits.
class Activity {
 public:
  // Pressure is that of this time before it is asked for, or up to twice as long.
  static constexpr std::chrono::seconds kWindow{30};

  // Something came at `now`, to find which the listener found `share` of its buffer filled, from 0
  // to 1; more is taken for 1. Writing thread.
  void note(base::TimePoint now, double share);

  // Empty before anything came.
  [[nodiscard]] std::optional<base::TimePoint> last() const;
  // The largest share, from 0 to 1.
  [[nodiscard]] double pressure(base::TimePoint now) const;

 private:
  // The number of a window and the largest share in it, in one word, so that they are read
  // together.
  std::atomic<std::uint64_t> current_{0};
  std::atomic<std::uint64_t> before_{0};
  std::atomic<base::Clock::rep> last_{0};
};

}  // namespace weir::net
