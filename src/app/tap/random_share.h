// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weir::app {

// Chooses a share of what comes by, each piece at random, so that no rhythm of the traffic decides.
class RandomShare {
 public:
  // `rate` is above 0 and at most 1.
  RandomShare(double rate, std::uint64_t seed) : rate_(rate), state_(seed) {}

  [[nodiscard]] bool takes() {
    if (rate_ >= 1) return true;
    // SplitMix64.
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = (state_ ^ (state_ >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    mixed ^= mixed >> 31U;
    return static_cast<double>(mixed >> 11U) * 0x1p-53 < rate_;
  }

 private:
  double rate_;
  std::uint64_t state_;
};

}  // namespace weir::app
