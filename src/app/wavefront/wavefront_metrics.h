// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/wavefront/wavefront_input.h"
#include "app/wavefront/write_counts.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct WavefrontMetricsSource {
  const WavefrontInput* input = nullptr;  // null where nothing listens for Wavefront's clients
};

// What came from Wavefront's clients, and what became of it. Any thread.
extern const telemetry::Collector<WavefrontMetricsSource> kWavefrontMetrics;

struct WavefrontWriteMetricsSource {
  const WavefrontWriteCounts* counts = nullptr;  // null where nothing is written
};

// What was written to a proxy of Wavefront. Main thread.
extern const telemetry::Collector<WavefrontWriteMetricsSource> kWavefrontWriteMetrics;

}  // namespace weir::app
