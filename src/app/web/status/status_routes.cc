// SPDX-License-Identifier: Apache-2.0
#include "app/web/status/status_routes.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

#include "app/insight/totals.h"
#include "app/version.h"
#include "app/web/api/responses.h"
#include "app/web/http_paths.h"
#include "app/web/process_metrics.h"
#include "app/web/status/status_files.h"
#include "app/web/status/status_page.h"

namespace weir::app {

namespace {

// Nothing but the page's own files and the answers of this daemon, and no page of others around it.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

void read_traffic(const ApiSources& from, PageFigures& figures) {
  const Totals totals = read_totals(from.workers);
  figures.lines = totals.lines;
  figures.datagrams = totals.datagrams;
  figures.samples = totals.samples;
  figures.applied = totals.applied;
  const auto losses = read_losses(from.workers);
  figures.lost = std::accumulate(losses.begin(), losses.end(), std::uint64_t{0});
  const auto worst = std::ranges::max_element(losses);
  if (*worst > 0) {
    figures.worst_loss = kLosses.at(static_cast<std::size_t>(worst - losses.begin())).name;
  }
}

void read_store(const ApiSources& from, PageFigures& figures) {
  const metrics::StoreCounts counts = from.store.counts();
  figures.series = counts.series;
  figures.series_max = from.options.store.series_max;
  figures.families = counts.families;
  figures.store_bytes = std::max(counts.bytes, counts.bytes_held);
  figures.resident_bytes = read_resident_bytes();
  figures.memory_limit_bytes = from.memory.bytes;
}

PageFigures read_figures(const ApiSources& from) {
  PageFigures figures;
  figures.version = kVersion;
  figures.not_ready_reason = from.supervision.not_ready_reason();
  figures.started = from.started.unix_time;
  figures.now = base::unix_now();
  figures.mapping_path = from.options.mapping_path;
  figures.rules = from.reloader.loaded_mappings();
  read_traffic(from, figures);
  read_store(from, figures);
  const ScrapeCounts& scrapes = from.scrapes.counts();
  figures.scrapes = scrapes.done;
  if (scrapes.last) {
    figures.last_scrape = scrapes.last->ended;
    figures.last_scrape_seconds = scrapes.last->seconds;
  }
  return figures;
}

http::Response file_response(std::string body, std::string_view content_type,
                             std::string_view cache_control) {
  http::Response made;
  made.headers = {{"Content-Type", std::string(content_type)},
                  {"X-Content-Type-Options", "nosniff"},
                  {"Cache-Control", std::string(cache_control)}};
  made.body = std::move(body);
  made.is_compressible = true;
  return made;
}

http::Response page_response(const ApiSources& from) {
  auto made =
      file_response(status_html(read_figures(from)), "text/html; charset=utf-8", "no-store");
  made.headers.push_back({"Content-Security-Policy", std::string(kContentSecurityPolicy)});
  made.headers.push_back({"Referrer-Policy", "no-referrer"});
  return made;
}

// Of the version of the daemon, so it is asked for each time.
http::Handler file_handler(std::string_view file, std::string_view content_type) {
  return read_only([file, content_type](const http::Request& /*request*/) {
    return file_response(std::string(file), content_type, "no-cache");
  });
}

}  // namespace

void add_status_page_routes(http::Router& router, const ApiSources& sources) {
  router.route(kStatusPath, read_only([sources](const http::Request& /*request*/) {
                 return page_response(sources);
               }));
  router.route(kStatusCssPath, file_handler(kStatusCss, "text/css; charset=utf-8"));
  router.route(kStatusJsPath, file_handler(kStatusJs, "text/javascript; charset=utf-8"));
}

}  // namespace weir::app
