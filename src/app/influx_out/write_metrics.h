// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/influx_out/influx_writer.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct InfluxWriteMetricsSource {
  const InfluxWriter* writer = nullptr;  // null without --influx.url
};

// What is written to an InfluxDB, and what becomes of it. Main thread.
extern const telemetry::Collector<InfluxWriteMetricsSource> kInfluxWriteMetrics;

}  // namespace weir::app
