// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "weir/pipeline/drop_reason.h"

namespace weir::pipeline {

// Which increments a counter takes. What it does not take makes no series either.
struct CounterPolicy {
  bool refuses_non_finite = false;  // difference Q24

  [[nodiscard]] bool is_refused_non_finite(double increment) const {
    return refuses_non_finite && !std::isfinite(increment);
  }
  // `is_up_down`: the increments add up in a gauge.
  [[nodiscard]] bool takes(double increment, bool is_up_down) const {
    return (!(increment < 0) || is_up_down) && !is_refused_non_finite(increment);
  }
  // Why an increment that is not taken is not.
  [[nodiscard]] DropReason reason_against(double increment) const {
    return is_refused_non_finite(increment) ? DropReason::NonFiniteCounter
                                            : DropReason::IllegalNegativeCounter;
  }
};

}  // namespace weir::pipeline
