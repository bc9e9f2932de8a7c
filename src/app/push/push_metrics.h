// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/push/push_gateway.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct PushMetricsSource {
  const PushGateway* gateway = nullptr;  // null without --push.enable
};

// What was pushed, and what became of the requests. Main thread.
extern const telemetry::Collector<PushMetricsSource> kPushMetrics;

}  // namespace weir::app
