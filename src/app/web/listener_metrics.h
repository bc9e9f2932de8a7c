// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/worker.h"
#include "weir/http/server.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct ListenerMetricsSource {
  const Workers& workers;
  const http::ServerStats* http = nullptr;  // null before there is a server
};

// What the listeners of all workers count, summed by kind, and what those and HTTP's have in
// common. Any thread.
extern const telemetry::Collector<ListenerMetricsSource> kListenerMetrics;

}  // namespace weir::app
