// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/metrics/store.h"
#include "weir/telemetry/collector.h"

namespace weir::pipeline {

// How much the store holds that the pipelines fill.
extern const telemetry::Collector<metrics::StoreCounts> kStoreMetrics;

}  // namespace weir::pipeline
