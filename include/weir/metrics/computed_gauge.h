// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/base/clock.h"

namespace weir::metrics {

// A gauge whose value is computed when it is read, and not a level that samples set: what
// `GaugeKind` names other than `Level`. It is part of a ComputedGaugeSeries of the store, and
// reading it may take a spin lock.
class ComputedGauge {
 public:
  ComputedGauge() = default;
  virtual ~ComputedGauge() = default;
  ComputedGauge(const ComputedGauge&) = delete;
  ComputedGauge& operator=(const ComputedGauge&) = delete;

  // The value at `now`. Allocates nothing that outlasts the call. Any thread; what an older call
  // has dropped as too old does not come back for an earlier `now`.
  [[nodiscard]] virtual double read(base::TimePoint now) = 0;
};

}  // namespace weir::metrics
