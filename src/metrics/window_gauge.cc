// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/window_gauge.h"

#include <limits>

namespace weir::metrics {

double WindowGauge::read(base::TimePoint now) {
  constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
  WindowStatistics* const window = window_.load(std::memory_order_acquire);
  if (window == nullptr) return kNothing;
  const Moments moments = window->read(now);
  if (moments.count == 0) return kNothing;
  switch (kind_) {
    case GaugeKind::Level:
    case GaugeKind::Distinct: break;
    case GaugeKind::Min: return moments.min;
    case GaugeKind::Max: return moments.max;
    case GaugeKind::Stddev: return moments.stddev();
  }
  return kNothing;
}

}  // namespace weir::metrics
