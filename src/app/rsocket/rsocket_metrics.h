// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/rsocket/rsocket_proxy.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct RsocketMetricsSource {
  const RsocketProxy* proxy = nullptr;  // null where nothing listens for RSocket
};

// The applications that are connected by RSocket, and what became of what they sent. Any thread.
extern const telemetry::Collector<RsocketMetricsSource> kRsocketMetrics;

}  // namespace weir::app
