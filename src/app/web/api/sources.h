// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/options.h"
#include "app/insight/census_taker.h"
#include "app/insight/monitor.h"
#include "app/memory_limit.h"
#include "app/reloader.h"
#include "app/suggester.h"
#include "app/systemd/supervision.h"
#include "app/web/scrape_handler.h"
#include "app/worker.h"
#include "weir/base/clock.h"
#include "weir/metrics/store.h"

namespace weir::app {

// What the answers under `/api/v1/` are made from. All of it outlives the routes; main thread.
struct ApiSources {
  const Options& options;
  MemoryLimit memory;
  base::Instant started;
  const Workers& workers;
  metrics::Store& store;
  const Reloader& reloader;
  const Supervision& supervision;
  const ScrapeHandler& scrapes;
  Monitor& monitor;
  CensusTaker& census;
  Suggester& suggester;

  // The wall clock's time of a moment by the clock that only grows.
  [[nodiscard]] base::UnixTime unix_time(base::TimePoint at) const {
    return started.unix_time + (at - started.monotonic);
  }
};

}  // namespace weir::app
