// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "pipeline/binding_table.h"
#include "weir/base/memory.h"
#include "weir/metrics/series.h"

namespace weir::pipeline {

// What a worker adds to counters that others add to, too. It keeps the sums until its batch ends:
// workers that hit the same counter write to its memory once a batch, and not once a line. One
// worker.
class alignas(base::kCacheLineBytes) SharedCounts {
 public:
  // Whether `increment` is one that can be kept: whole, and so small that no batch has enough of
  // them for a sum which a double does not hold.
  [[nodiscard]] static bool takes(double increment) {
    constexpr double kMost = 1 << 20;
    return increment >= 0 && increment <= kMost &&
           static_cast<double>(static_cast<std::uint32_t>(increment)) == increment;
  }

  // To the counter of a binding for which something is kept.
  void add(const Binding& binding, double increment) {
    kept_[binding.kept - 1].sum += static_cast<std::uint32_t>(increment);
  }
  // For a binding for which nothing is kept. `counter` stays until the batch ends.
  void begin(Binding& binding, metrics::CounterSeries& counter, double increment,
             metrics::Ticks tick) {
    if (size_ == kSize) settle(tick);
    kept_[size_++] = {&binding, &counter, static_cast<std::uint32_t>(increment)};
    binding.kept = static_cast<std::uint32_t>(size_);
  }
  // Adds all to their counters, which are touched at `tick`.
  void settle(metrics::Ticks tick);

 private:
  // So few that the first lines of all their series are still in the first cache.
  static constexpr std::size_t kSize = 128;
  static_assert(kSize <= Binding::kKeptMax);

  struct Kept {
    // Of another identity perhaps, when that got the place of one that was given up.
    Binding* binding;
    metrics::CounterSeries* counter;
    std::uint64_t sum;
  };
  std::array<Kept, kSize> kept_;
  std::size_t size_ = 0;
};

}  // namespace weir::pipeline
