// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/base/cpu.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct BuildMetricsSource {
  base::CpuLevel cpu_level = base::best_cpu_level();
};

// Which program this is, and how it runs here. Any thread.
extern const telemetry::Collector<BuildMetricsSource> kBuildMetrics;

}  // namespace weir::app
