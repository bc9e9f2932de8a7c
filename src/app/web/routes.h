// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "app/cli/options.h"
#include "app/reloader.h"
#include "app/systemd/supervision.h"
#include "app/tap/tap_handler.h"
#include "app/web/api/sources.h"
#include "app/web/explain_handler.h"
#include "app/web/scrape_handler.h"
#include "weir/base/log.h"
#include "weir/http/router.h"

namespace weir::app {

// What the routes act on; all of it outlives the router.
struct RouteTargets {
  ScrapeHandler& scrapes;
  const ExplainHandler& explanations;
  ApiSources api;
  TapHandler& taps;
  const Reloader& reloader;
  const Supervision& supervision;
  const base::Log& log;
  // Reloads the mapping; what it is given is called at the end.
  std::function<void(const std::function<void()>&)> reload;
  // Ends the daemon with exit code 0.
  std::function<void()> quit;
};

// The paths of behaviour http.paths; those that Go brings are not there (difference Q29).
[[nodiscard]] http::Router make_routes(const Options& options, const RouteTargets& targets);

}  // namespace weir::app
