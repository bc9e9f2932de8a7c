// SPDX-License-Identifier: Apache-2.0
#include "app/web/http_metrics.h"

#include <array>
#include <optional>

#include "app/web/server_samples.h"

namespace weir::app {

namespace {

using http::ServerStats;
using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using HttpMetric = telemetry::Metric<HttpMetricsSource>;

template <base::Tally ServerStats::*kField>
struct Count {
  std::optional<double> operator()(const HttpMetricsSource& source) const {
    if (source.server == nullptr) return std::nullopt;
    return static_cast<double>((source.server->*kField).value());
  }
};

constexpr std::array kHttpTable = {
    HttpMetric{"promhttp_metric_handler_requests_in_flight", kGauge,
               "Current number of scrapes being served.",
               [](const HttpMetricsSource& source) {
                 return static_cast<double>(source.scrapes.in_flight);
               }},
    HttpMetric{"promhttp_metric_handler_requests_total", kCounter,
               "Total number of scrapes by HTTP status code.", Labels{"code"},
               [](Samples<1>& samples, const HttpMetricsSource& source) {
                 samples.add(static_cast<double>(source.scrapes.done), "200");
                 samples.add(0, "500");
                 samples.add(0, "503");
               }},
    HttpMetric{"weir_families_left_out_total", kCounter,
               "Families left out of pages because their escaped names were those of others.",
               [](const HttpMetricsSource& source) {
                 return static_cast<double>(source.scrapes.left_out.families);
               }},
    HttpMetric{"weir_http_connections", kGauge, "HTTP connections open.",
               [](const HttpMetricsSource& source) -> std::optional<double> {
                 if (source.server == nullptr) return std::nullopt;
                 return static_cast<double>(source.server->open.load());
               }},
    HttpMetric{"weir_http_connections_refused_total", kCounter,
               "HTTP connections closed at once because too many were open.",
               Count<&ServerStats::refused>()},
    HttpMetric{"weir_http_requests_refused_total", kCounter,
               "HTTP requests refused because of their form or length, by HTTP status code.",
               Labels{"code"},
               [](Samples<1>& samples, const HttpMetricsSource& source) {
                 add_refused(samples, source.server);
               }},
    HttpMetric{"weir_http_timeouts_total", kCounter,
               "HTTP connections closed because a request or an answer took too long.",
               Count<&ServerStats::timeouts>()},
    HttpMetric{"weir_series_left_out_total", kCounter,
               "Series left out of pages because of their escaped label names, by reason: those of "
               "other series (clash), or of too many sets that become the same (limit).",
               Labels{"reason"},
               [](Samples<1>& samples, const HttpMetricsSource& source) {
                 samples.add(static_cast<double>(source.scrapes.left_out.series), "clash");
                 samples.add(static_cast<double>(source.scrapes.left_out.series_past_limit),
                             "limit");
               }},
};

}  // namespace

constinit const telemetry::Collector<HttpMetricsSource> kHttpMetrics{kHttpTable};

}  // namespace weir::app
