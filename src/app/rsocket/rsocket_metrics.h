// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/rsocket/proxy_client.h"
#include "app/rsocket/rsocket_proxy.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct RsocketMetricsSource {
  const RsocketProxy* proxy = nullptr;        // null where nothing listens for RSocket
  const ProxyClientCounts* client = nullptr;  // null where weir is no client of a proxy
};

// The applications that are connected by RSocket, what became of what they sent, and weir as an
// application of another proxy. Any thread.
extern const telemetry::Collector<RsocketMetricsSource> kRsocketMetrics;

}  // namespace weir::app
