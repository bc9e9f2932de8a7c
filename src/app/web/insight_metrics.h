// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/insight/monitor.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct InsightMetricsSource {
  // Null before there is one.
  const Monitor* monitor = nullptr;
};

// How far the tables of `/api/v1/` are estimates: they are made from some lines, and hold the names
// that come most. Nothing shows where there are none. Main thread.
extern const telemetry::Collector<InsightMetricsSource> kInsightMetrics;

}  // namespace weir::app
