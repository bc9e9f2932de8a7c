// SPDX-License-Identifier: Apache-2.0
#include "app/push/push_metrics.h"

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
using PushSource = PushMetricsSource;
using Metric = telemetry::Metric<PushSource>;

template <base::Tally ServerStats::*kField>
struct OfPushServer {
  std::optional<double> operator()(const PushSource& source) const {
    if (source.gateway == nullptr) return std::nullopt;
    return value_of(source.gateway->http_stats().*kField);
  }
};

template <base::Tally PushCounts::*kField>
struct OfPushCounts {
  std::optional<double> operator()(const PushSource& source) const {
    if (source.gateway == nullptr) return std::nullopt;
    return value_of(source.gateway->counts().*kField);
  }
};

void add_push_requests(Samples<1>& samples, const PushSource& source) {
  if (source.gateway == nullptr) return;
  const PushCounts& counts = source.gateway->counts();
  samples.add(value_of(counts.bad_request), "bad_request");
  samples.add(value_of(counts.deletes), "deleted");
  samples.add(value_of(counts.inconsistent), "inconsistent");
  samples.add(value_of(counts.no_room), "no_room");
  samples.add(value_of(counts.taken), "taken");
  samples.add(value_of(counts.too_large), "too_large");
  samples.add(value_of(counts.wipes), "wiped");
}

constexpr std::array kPushTable = {
    Metric{"weir_push_bytes", kGauge, "Memory of all pushed groups.",
           [](const PushSource& source) -> std::optional<double> {
             if (source.gateway == nullptr) return std::nullopt;
             return static_cast<double>(source.gateway->store().bytes());
           }},
    Metric{"weir_push_groups", kGauge, "Groups that have been pushed.",
           [](const PushSource& source) -> std::optional<double> {
             if (source.gateway == nullptr) return std::nullopt;
             return static_cast<double>(source.gateway->store().groups().size());
           }},
    Metric{"weir_push_groups_expired_total", kCounter,
           "Pushed groups deleted because their TTL ran out.",
           OfPushCounts<&PushCounts::expired>()},
    Metric{"weir_push_http_connections", kGauge, "HTTP connections of pushing clients open.",
           [](const PushSource& source) -> std::optional<double> {
             if (source.gateway == nullptr) return std::nullopt;
             return static_cast<double>(source.gateway->http_stats().open.load());
           }},
    Metric{"weir_push_http_connections_refused_total", kCounter,
           "HTTP connections of pushing clients closed at once because too many were open.",
           OfPushServer<&ServerStats::refused>()},
    Metric{"weir_push_http_requests_denied_total", kCounter,
           "Requests of pushing clients that --web.config.file kept out, by reason, as "
           "weir_http_requests_denied_total.",
           Labels{"reason"},
           [](Samples<1>& samples, const PushSource& source) {
             add_denied(samples, source.gateway == nullptr ? nullptr : source.gateway->denied());
           }},
    Metric{"weir_push_http_requests_refused_total", kCounter,
           "Requests of pushing clients refused because of their form or length, by HTTP "
           "status code.",
           Labels{"code"},
           [](Samples<1>& samples, const PushSource& source) {
             add_refused(samples,
                         source.gateway == nullptr ? nullptr : &source.gateway->http_stats());
           }},
    Metric{"weir_push_http_timeouts_total", kCounter,
           "HTTP connections of pushing clients closed because a request or an answer took too "
           "long.",
           OfPushServer<&ServerStats::timeouts>()},
    Metric{"weir_push_left_out_series_total", kCounter,
           "Pushed series that pages went without, because the daemon or another group has "
           "that series, or a family of that name and another type.",
           OfPushCounts<&PushCounts::left_out>()},
    Metric{
        "weir_push_requests_total", kCounter,
        "Requests to push, delete or wipe, by what became of them.", Labels{"outcome"},
        [](Samples<1>& samples, const PushSource& source) { add_push_requests(samples, source); }},
    Metric{"weir_push_series", kGauge, "Series of all pushed groups.",
           [](const PushSource& source) -> std::optional<double> {
             if (source.gateway == nullptr) return std::nullopt;
             return static_cast<double>(source.gateway->store().series());
           }},
};

}  // namespace

constinit const telemetry::Collector<PushMetricsSource> kPushMetrics{kPushTable};

}  // namespace weir::app
