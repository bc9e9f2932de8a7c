// SPDX-License-Identifier: Apache-2.0
#include "app/web/routes.h"

#include <functional>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "app/version.h"
#include "app/web/api/api.h"
#include "app/web/http_paths.h"
#include "app/web/status/status_routes.h"
#include "weir/http/html.h"

namespace weir::app {
namespace {

// With one more link than the reference. It is relative, for proxies that serve the daemon below
// a path of theirs.
http::Response landing_page(const std::string& telemetry_path, bool has_status) {
  http::Response response;
  response.headers.push_back({"Content-Type", "text/html; charset=UTF-8"});
  response.body = fmt::format(
      R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="UTF-8"><title>StatsD Exporter</title></head>
<body>
<h1>StatsD Exporter</h1>
<p>weir: takes StatsD, serves Prometheus.</p>
<p>Version: {}</p>
<ul><li><a href="{}">Metrics</a></li>{}</ul>
</body>
</html>
)",
      version_summary(), http::escape_html(telemetry_path, http::HtmlQuotes::Double),
      has_status ? R"(<li><a href="status">Status</a></li>)" : "");
  return response;
}

// What is asked about, and why it is not so; "" when it is.
struct HealthCheck {
  std::string_view state;  // `Ready`
  std::function<std::string()> reason_against;
};

http::Response unwell_page(std::string_view state, std::string_view reason) {
  return http::text_response(503, fmt::format("Statsd Exporter is not {}: {}.\n", state, reason));
}

// A plain page for GET and HEAD (difference W31), 503 with the reason when all is not well
// (difference W36), an empty 200 for every other method, as the reference has it (difference Q28).
http::Handler health_page(HealthCheck check, const base::Log& log, std::string_view message) {
  return [check = std::move(check), &log, message](const http::Request& request) {
    log.debug(message);
    if (request.method != "GET" && request.method != "HEAD") return http::Response{};
    const std::string reason = check.reason_against();
    if (reason.empty()) {
      return http::text_response(200, fmt::format("Statsd Exporter is {}.\n", check.state));
    }
    return unwell_page(check.state, reason);
  };
}

bool is_write(const http::Request& request) {
  return request.method == "PUT" || request.method == "POST";
}

// Both act on PUT and POST; an empty 200 for every other method (difference Q28).
http::Response reload(const http::Request& request, const RouteTargets& targets) {
  if (!is_write(request)) return {};
  const auto answer = [] { return http::text_response(200, "Requesting reload"); };
  if (!targets.reloader.has_file()) {
    targets.log.warn("Received lifecycle api reload but no mapping config to reload");
    return answer();
  }
  targets.log.info("Received lifecycle api reload, attempting reload");
  return http::deferred_response([targets, answer](const http::Respond& respond) {
    targets.reload([respond, answer] { respond(answer()); });
  });
}

http::Response quit(const http::Request& request, const RouteTargets& targets) {
  if (!is_write(request)) return {};
  targets.quit();
  return http::text_response(200, "Requesting termination... Goodbye!");
}

void add_lifecycle(http::Router& router, const RouteTargets& targets) {
  router.route(kReloadPath,
               [targets](const http::Request& request) { return reload(request, targets); });
  router.route(kQuitPath,
               [targets](const http::Request& request) { return quit(request, targets); });
}

// All that --web.disable-status takes away: what a daemon says of itself and its senders.
void add_status(http::Router& router, const RouteTargets& targets) {
  add_api_routes(router, targets.api);
  add_status_page_routes(router, targets.api);
  router.route(kExplainPath, [explanations = &targets.explanations](const http::Request& request) {
    return explanations->explain(request);
  });
  router.route(kTailPath, [taps = &targets.taps](const http::Request& request) {
    return taps->tail(request);
  });
  router.route(kCapturePath, [taps = &targets.taps](const http::Request& request) {
    return taps->capture(request);
  });
}

}  // namespace

http::Router make_routes(const Options& options, const RouteTargets& targets) {
  http::Router router;
  const std::string& path = options.telemetry_path;
  if (path != kLandingPath) {
    // A subtree, as in the reference: `/%2F` is below it and not the page.
    const bool has_status = !options.is_status_disabled;
    router.route_subtree(kLandingPath, [path, has_status](const http::Request& request) {
      return request.path == kLandingPath ? landing_page(path, has_status)
                                          : http::error_response(404, "404 page not found\n");
    });
  }
  const Supervision& supervision = targets.supervision;
  const http::Handler healthy =
      health_page({"Healthy", [&supervision] { return supervision.unhealthy_reason(); }},
                  targets.log, "Received health check");
  router.route(kHealthyPath, healthy);
  if (!takes_health_path(path)) router.route(kHealthPath, healthy);
  router.route(kReadyPath,
               health_page({"Ready", [&supervision] { return supervision.not_ready_reason(); }},
                           targets.log, "Received ready check"));
  if (options.is_lifecycle_enabled) add_lifecycle(router, targets);
  if (!options.is_status_disabled) add_status(router, targets);
  router.route_pattern(path,
                       [scrapes = &targets.scrapes, &supervision](const http::Request& request) {
                         if (!supervision.has_started())
                           return unwell_page("Ready", supervision.not_ready_reason());
                         return scrapes->scrape(request);
                       });
  return router;
}

}  // namespace weir::app
