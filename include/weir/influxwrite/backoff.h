// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

namespace weir::influxwrite {

// How long to wait before the same is tried again: 1 s at first, twice as long each time, 60 s at
// most, and of that between half and all, so that many that failed together do not come back
// together. Never less than the server asks for. One thread.
class Backoff {
 public:
  using Time = std::chrono::milliseconds;
  static constexpr Time kFirst{1000};
  static constexpr Time kLongest{60'000};

  explicit Backoff(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] Time next(std::optional<std::chrono::seconds> asked_for);
  void reset() { longest_ = kFirst; }

 private:
  std::minstd_rand random_;
  Time longest_ = kFirst;
};

}  // namespace weir::influxwrite
