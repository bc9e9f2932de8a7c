// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/mapping_watch.h"
#include "app/reloader.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct MappingMetricsSource {
  const Reloader& reloader;
  const MappingWatch* watch = nullptr;  // null where no mapping file is watched
};

// What the mapping in use has and how its reloads ended. Main thread.
extern const telemetry::Collector<MappingMetricsSource> kMappingMetrics;

}  // namespace weir::app
