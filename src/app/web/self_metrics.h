// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/insight/monitor.h"
#include "app/mapping_watch.h"
#include "app/reloader.h"
#include "app/state_keeper.h"
#include "app/tap/tap_hub.h"
#include "app/web/limit_metrics.h"
#include "app/web/scrape_handler.h"
#include "app/web/web_guard.h"
#include "app/worker.h"
#include "weir/http/server.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"

namespace weir::app {

class Systems;

// What the daemon's own metrics are read from.
struct SelfMetricSources {
  const Workers& workers;
  const metrics::Store& store;
  const Reloader& reloader;
  const MappingWatch* mapping_watch = nullptr;  // null where no mapping file is watched
  const http::ServerStats* http = nullptr;      // null before there is a server
  const StateCounts* state = nullptr;           // null where no state file is kept
  LimitMetricsSource limits;
  ScrapeCounts scrapes;
  const WebGuard* guard = nullptr;  // null without --web.config.file
  const Monitor* monitor = nullptr;
  const TapHub* taps = nullptr;  // null where there is none
  const Systems* systems = nullptr;
  // As in pipeline::LedgerMetricsSource.
  std::uint64_t cache_size = 0;
  std::uint64_t idle_flushes = 0;
};

// The names of all self-metrics, whether they show yet or not: no series may take one
// (`type.self-metrics`). Any thread.
[[nodiscard]] std::vector<std::string> self_metric_names();

// The self-metrics that show now, in no order. Main thread.
[[nodiscard]] std::vector<metrics::SelfFamily> collect_self_metrics(const SelfMetricSources& from);

}  // namespace weir::app
