// SPDX-License-Identifier: Apache-2.0
#include "app/web/influx_metrics.h"

#include <array>
#include <optional>

#include "app/web/server_samples.h"

namespace weir::app {

namespace {

using http::ServerStats;
using net::DatagramStats;
using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using InfluxMetric = telemetry::Metric<InfluxMetricsSource>;

double udp_sum(const InfluxMetricsSource& source, base::Tally DatagramStats::*field) {
  double sum = 0;
  for (const auto& listener : source.input->udp()) sum += value_of(listener->stats().*field);
  return sum;
}

const ServerStats* server_of(const InfluxMetricsSource& source) {
  return source.input == nullptr ? nullptr : source.input->http_stats();
}

template <base::Tally ServerStats::*kField>
struct OfServer {
  std::optional<double> operator()(const InfluxMetricsSource& source) const {
    const ServerStats* const stats = server_of(source);
    return stats == nullptr ? std::nullopt : std::optional(value_of(stats->*kField));
  }
};

void add_bytes(Samples<1>& samples, const InfluxMetricsSource& source) {
  if (source.input == nullptr) return;
  samples.add(value_of(source.input->counts().http_bytes), "http");
  samples.add(udp_sum(source, &DatagramStats::bytes), "udp");
}

void add_datagrams(Samples<1>& samples, const InfluxMetricsSource& source) {
  if (source.input == nullptr || source.input->udp().empty()) return;
  samples.add(udp_sum(source, &DatagramStats::kernel_drops), "kernel_drop");
  samples.add(udp_sum(source, &DatagramStats::packets), "read");
  samples.add(udp_sum(source, &DatagramStats::refused), "refused_sender");
}

void add_writes(Samples<1>& samples, const InfluxMetricsSource& source) {
  if (server_of(source) == nullptr) return;
  const InfluxCounts::Writes& writes = source.input->counts().writes;
  samples.add(value_of(writes.bad_request), "bad_request");
  samples.add(value_of(writes.given_up), "given_up");
  samples.add(value_of(writes.partial), "partial");
  samples.add(value_of(writes.rejected), "rejected");
  samples.add(value_of(writes.taken), "taken");
  samples.add(value_of(writes.too_large), "too_large");
}

void add_lines(Samples<1>& samples, const InfluxMetricsSource& source) {
  if (source.input == nullptr) return;
  const InfluxCounts::Lines& lines = source.input->counts().lines;
  samples.add(value_of(lines.blank), "blank");
  samples.add(value_of(lines.points), "point");
  samples.add(value_of(lines.rejected), "rejected");
  samples.add(value_of(lines.without_samples), "without_samples");
}

void add_fields(Samples<1>& samples, const InfluxMetricsSource& source) {
  if (source.input == nullptr) return;
  const InfluxCounts::Fields& fields = source.input->counts().fields;
  samples.add(value_of(fields.derived), "derived");
  samples.add(value_of(fields.samples), "event");
  samples.add(value_of(fields.texts), "text");
}

constexpr std::array kInfluxTable = {
    InfluxMetric{
        "weir_influx_bytes_total", kCounter,
        "Bytes of InfluxDB lines that were read, unpacked, by listener.", Labels{"listener"},
        [](Samples<1>& samples, const InfluxMetricsSource& source) { add_bytes(samples, source); }},
    InfluxMetric{"weir_influx_http_connections", kGauge,
                 "HTTP connections of InfluxDB clients open.",
                 [](const InfluxMetricsSource& source) -> std::optional<double> {
                   const ServerStats* const stats = server_of(source);
                   if (stats == nullptr) return std::nullopt;
                   return static_cast<double>(stats->open.load());
                 }},
    InfluxMetric{"weir_influx_http_connections_refused_total", kCounter,
                 "HTTP connections of InfluxDB clients closed at once because too many were open.",
                 OfServer<&ServerStats::refused>()},
    InfluxMetric{"weir_influx_http_requests_denied_total", kCounter,
                 "Requests of InfluxDB clients that --web.config.file kept out, by reason, as "
                 "weir_http_requests_denied_total.",
                 Labels{"reason"},
                 [](Samples<1>& samples, const InfluxMetricsSource& source) {
                   add_denied(samples, source.input == nullptr ? nullptr : source.input->denied());
                 }},
    InfluxMetric{
        "weir_influx_http_requests_refused_total", kCounter,
        "Requests of InfluxDB clients refused because of their form or length, by HTTP status "
        "code.",
        Labels{"code"},
        [](Samples<1>& samples, const InfluxMetricsSource& source) {
          add_refused(samples, server_of(source));
        }},
    InfluxMetric{
        "weir_influx_http_timeouts_total", kCounter,
        "HTTP connections of InfluxDB clients closed because a request or an answer took too "
        "long.",
        OfServer<&ServerStats::timeouts>()},
    InfluxMetric{"weir_ledger_influx_datagrams_total", kCounter,
                 "Datagrams of InfluxDB lines, by what became of them.", Labels{"outcome"},
                 [](Samples<1>& samples, const InfluxMetricsSource& source) {
                   add_datagrams(samples, source);
                 }},
    InfluxMetric{"weir_ledger_influx_fields_total", kCounter,
                 "Fields of InfluxDB points, by what became of them.", Labels{"outcome"},
                 [](Samples<1>& samples, const InfluxMetricsSource& source) {
                   add_fields(samples, source);
                 }},
    InfluxMetric{
        "weir_ledger_influx_lines_total", kCounter,
        "Lines of InfluxDB clients, by what became of them.", Labels{"outcome"},
        [](Samples<1>& samples, const InfluxMetricsSource& source) { add_lines(samples, source); }},
    InfluxMetric{"weir_ledger_influx_writes_total", kCounter,
                 "Requests of InfluxDB clients to write, by what became of them.",
                 Labels{"outcome"},
                 [](Samples<1>& samples, const InfluxMetricsSource& source) {
                   add_writes(samples, source);
                 }},
};

}  // namespace

constinit const telemetry::Collector<InfluxMetricsSource> kInfluxMetrics{kInfluxTable};

}  // namespace weir::app
