// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/state_keeper.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

// What became of the state file: nothing shows without one. Main thread.
struct StateMetricsSource {
  const StateCounts* counts = nullptr;  // null where no state file is kept
};

extern const telemetry::Collector<StateMetricsSource> kStateMetrics;

}  // namespace weir::app
