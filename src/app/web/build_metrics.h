// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/telemetry/collector.h"

namespace weir::app {

// What this program is knows no source.
struct BuildMetricsSource {};

// Which program this is. Any thread.
extern const telemetry::Collector<BuildMetricsSource> kBuildMetrics;

}  // namespace weir::app
