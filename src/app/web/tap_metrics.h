// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/tap/tap_hub.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

// What clients see of the traffic. Main thread.
struct TapMetricsSource {
  const TapHub* taps = nullptr;  // null where there is none
};

extern const telemetry::Collector<TapMetricsSource> kTapMetrics;

}  // namespace weir::app
