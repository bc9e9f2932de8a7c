// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/memory_limit.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct LimitMetricsSource {
  const Options& options;
  MemoryLimit memory;
};

// What the daemon may use. Any thread.
extern const telemetry::Collector<LimitMetricsSource> kLimitMetrics;

}  // namespace weir::app
