// SPDX-License-Identifier: Apache-2.0
#include "app/web/metrics_page.h"

#include <charconv>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include "app/version.h"
#include "app/web/listener_metrics.h"
#include "app/web/process_metrics.h"
#include "weir/exposition/negotiation.h"
#include "weir/exposition/page_writer.h"
#include "weir/metrics/scrape.h"

namespace weir::app {

namespace {

// A piece of the page is sent when it has grown to this.
constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
// Looked at between two checks of the size.
constexpr std::size_t kSeriesPerStep = 64;

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ';') return std::nullopt;
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned byte = 0;
    const auto hex = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), byte, 16);
    if (error != std::errc{} || hex.size() != 2 || end != hex.data() + 2) return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

}  // namespace

std::vector<std::string> wanted_names(std::string_view query) {
  std::vector<std::string> names;
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const auto equals = pair.find('=');
    const auto key = decoded(pair.substr(0, equals));
    const auto value =
        decoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (key == "name[]" && value) names.push_back(*value);
  }
  return names;
}

// One scrape under way: made when its answer begins, gone when the answer is over.
class MetricsPage::Body final : public http::ChunkSource {
 public:
  Body(MetricsPage& page, std::vector<std::string> names, exposition::Format format)
      : page_(page),
        scrape_(page.store_, page.self_families(), std::move(names)),
        writer_(exposition::make_writer(format, buffer_, page.unix_offset_)) {}
  ~Body() override {
    --page_.scrapes_under_way_;
    ++page_.scrapes_done_;
  }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  bool next(std::string& chunk) override {
    bool has_more = true;
    while (has_more && buffer_.size() < kChunkBytes) {
      has_more = scrape_.advance(*writer_, base::Clock::now(), kSeriesPerStep);
    }
    chunk += buffer_;
    buffer_.clear();
    return has_more;
  }

 private:
  MetricsPage& page_;
  metrics::Scrape scrape_;
  std::string buffer_;
  std::unique_ptr<metrics::ReadingVisitor> writer_;
};

MetricsPage::MetricsPage(const Options& options, metrics::Store& store,
                         const std::vector<std::unique_ptr<Worker>>& workers,
                         const Reloader& reloader)
    : options_(options),
      store_(store),
      workers_(workers),
      reloader_(reloader),
      started_(base::Clock::now()),
      unix_offset_(std::chrono::system_clock::now().time_since_epoch() -
                   std::chrono::nanoseconds(started_.time_since_epoch())) {}

http::Response MetricsPage::scrape(const http::Request& request) {
  ++scrapes_under_way_;
  auto negotiated = exposition::negotiate(request.header("Accept"));
  http::Response response;
  response.headers.push_back({"Content-Type", std::move(negotiated.content_type)});
  response.is_compressible = true;
  response.chunks = std::make_unique<Body>(*this, wanted_names(request.query), negotiated.format);
  return response;
}

void MetricsPage::add_configuration(pipeline::SelfMetrics& metrics) const {
  metrics.add("statsd_exporter_build_info", 1,
              {{"branch", kBranch},
               {"goarch", kArchitecture},
               {"goos", "linux"},
               {"goversion", ""},
               {"revision", kRevision},
               {"tags", "weir"},
               {"version", kVersion}});
  metrics.add("statsd_exporter_loaded_mappings", static_cast<double>(reloader_.loaded_mappings()));
  const auto failures = static_cast<double>(reloader_.failures());
  const auto successes = static_cast<double>(reloader_.successes());
  metrics.add_if(failures > 0, "statsd_exporter_config_reloads_total", failures,
                 {{"outcome", "failure"}});
  metrics.add_if(successes > 0, "statsd_exporter_config_reloads_total", successes,
                 {{"outcome", "success"}});
  metrics.add("weir_config_last_reload_success_timestamp_seconds",
              reloader_.last_success_seconds());
  if (mapping_watch_ == nullptr) return;
  metrics.add("weir_config_file_missing", mapping_watch_->is_missing() ? 1 : 0);
}

void MetricsPage::add_http(pipeline::SelfMetrics& metrics) const {
  metrics.add("promhttp_metric_handler_requests_total", static_cast<double>(scrapes_done_),
              {{"code", "200"}});
  metrics.add("promhttp_metric_handler_requests_total", 0, {{"code", "500"}});
  metrics.add("promhttp_metric_handler_requests_total", 0, {{"code", "503"}});
  metrics.add("promhttp_metric_handler_requests_in_flight",
              static_cast<double>(scrapes_under_way_));
  if (server_stats_ == nullptr) return;
  metrics.add("weir_http_connections", static_cast<double>(server_stats_->open.load()));
  metrics.add("weir_http_connections_refused_total",
              static_cast<double>(server_stats_->refused.value()));
  for (const auto& [status, count] : server_stats_->refused_requests) {
    metrics.add("weir_http_requests_refused_total", static_cast<double>(count.value()),
                {{"code", std::to_string(status)}});
  }
  metrics.add("weir_http_timeouts_total", static_cast<double>(server_stats_->timeouts.value()));
}

std::uint64_t MetricsPage::idle_flushes() const {
  const std::chrono::nanoseconds up = base::Clock::now() - started_;
  return static_cast<std::uint64_t>(up / options_.event_flush_interval);
}

std::vector<metrics::SelfFamily> MetricsPage::self_families() const {
  pipeline::SelfMetrics metrics;
  std::vector<const pipeline::Ledger*> ledgers;
  for (const auto& worker : workers_) ledgers.push_back(&worker->ledger());
  pipeline::add_pipeline_metrics(metrics, ledgers, store_,
                                 static_cast<std::uint64_t>(options_.cache_size), idle_flushes());
  add_listener_metrics(metrics, workers_, server_stats_);
  add_relay_metrics(metrics, workers_);
  add_configuration(metrics);
  add_http(metrics);
  add_process_metrics(metrics);
  return metrics.take();
}

}  // namespace weir::app
