// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/influx/influx_input.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct InfluxMetricsSource {
  const InfluxInput* input = nullptr;  // null where nothing listens for InfluxDB's clients
};

// What came from InfluxDB's clients, and what became of it. Any thread.
extern const telemetry::Collector<InfluxMetricsSource> kInfluxMetrics;

}  // namespace weir::app
