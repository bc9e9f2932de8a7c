// SPDX-License-Identifier: Apache-2.0
#include "app/routes.h"

#include <string>

#include <fmt/format.h>

#include "app/version.h"

namespace weir::app {

namespace {

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&#34;"; break;
      default: out += c;
    }
  }
  return out;
}

http::Response landing_page(const std::string& telemetry_path) {
  http::Response response;
  response.headers.push_back({"Content-Type", "text/html; charset=UTF-8"});
  response.body = fmt::format(
      R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="UTF-8"><title>StatsD Exporter</title></head>
<body>
<h1>StatsD Exporter</h1>
<p>weir: takes StatsD, serves Prometheus.</p>
<p>Version: (version={}, branch={}, revision={})</p>
<ul><li><a href="{}">Metrics</a></li></ul>
</body>
</html>
)",
      kVersion, kBranch, kRevision, escaped_html(telemetry_path));
  return response;
}

// A plain page for GET, an empty 200 for every other method, as the reference has it (Q28).
http::Handler get_only(std::string body) {
  return [body = std::move(body)](const http::Request& request) {
    return request.method == "GET" ? http::text_response(200, body) : http::Response{};
  };
}

// Acts on PUT and POST; an empty 200 for every other method (Q28).
http::Handler on_write(std::string body, std::function<void()> act) {
  return [body = std::move(body), act = std::move(act)](const http::Request& request) {
    if (request.method != "PUT" && request.method != "POST") return http::Response{};
    act();
    return http::text_response(200, body);
  };
}

void add_lifecycle(http::Router& router, const RouteTargets& targets) {
  router.route(
      "/-/reload", on_write("Requesting reload", [targets] {
        if (!targets.reloader.has_file()) {
          targets.log.warn("Received lifecycle api reload but no mapping config to reload");
          return;
        }
        targets.log.info("Received lifecycle api reload, attempting reload");
        targets.reloader.reload_now();
      }));
  router.route("/-/quit",
               on_write("Requesting termination... Goodbye!", [targets] { targets.quit(); }));
}

}  // namespace

http::Router make_routes(const Options& options, const RouteTargets& targets) {
  http::Router router;
  const std::string& path = options.telemetry_path;
  if (path != "/") {
    router.route("/", [path](const http::Request&) { return landing_page(path); });
  }
  router.route("/-/healthy", get_only("Statsd Exporter is Healthy.\n"));
  router.route("/-/ready", get_only("Statsd Exporter is Ready.\n"));
  if (options.is_lifecycle_enabled) add_lifecycle(router, targets);
  const auto scrape = [metrics = &targets.metrics](const http::Request& request) {
    return metrics->scrape(request);
  };
  if (path.ends_with('/')) {
    router.route_subtree(path, scrape);
  } else {
    router.route(path, scrape);
  }
  return router;
}

}  // namespace weir::app
