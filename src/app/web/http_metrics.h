// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/web/scrape_handler.h"
#include "weir/http/server.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct HttpMetricsSource {
  ScrapeCounts scrapes;
  const http::ServerStats* server = nullptr;  // null before there is a server
};

// What the HTTP server and its scrapes count. Any thread.
extern const telemetry::Collector<HttpMetricsSource> kHttpMetrics;

}  // namespace weir::app
