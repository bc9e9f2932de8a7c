// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/wavefront_metrics.h"

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
using Source = WavefrontMetricsSource;
using Metric = telemetry::Metric<Source>;

template <base::Tally WavefrontCounts::*kField>
struct OfInput {
  std::optional<double> operator()(const Source& source) const {
    if (source.input == nullptr) return std::nullopt;
    return value_of(source.input->counts().*kField);
  }
};

template <base::Tally ServerStats::*kField>
struct OfServer {
  std::optional<double> operator()(const Source& source) const {
    if (source.input == nullptr) return std::nullopt;
    return value_of(source.input->stats().*kField);
  }
};

void add_bytes(Samples<1>& samples, const Source& source) {
  if (source.input == nullptr) return;
  samples.add(value_of(source.input->counts().http_bytes), "http");
  samples.add(value_of(source.input->counts().tcp_bytes), "tcp");
}

void add_reports(Samples<1>& samples, const Source& source) {
  if (source.input == nullptr) return;
  const WavefrontCounts::Reports& reports = source.input->counts().reports;
  samples.add(value_of(reports.bad_request), "bad_request");
  samples.add(value_of(reports.given_up), "given_up");
  samples.add(value_of(reports.taken), "taken");
  samples.add(value_of(reports.too_large), "too_large");
  samples.add(value_of(reports.unsupported), "unsupported");
}

void add_lines(Samples<1>& samples, const Source& source) {
  if (source.input == nullptr) return;
  const WavefrontCounts::Lines& lines = source.input->counts().lines;
  samples.add(value_of(lines.blank), "blank");
  samples.add(value_of(lines.rejected), "rejected");
  samples.add(value_of(lines.taken), "taken");
  samples.add(value_of(lines.too_long), "too_long");
  samples.add(value_of(lines.unsupported), "unsupported");
}

constexpr std::array kMetrics = {
    Metric{"weir_ledger_wavefront_lines_total", kCounter,
           "Lines of Wavefront clients, by what became of them.", Labels{"outcome"},
           [](Samples<1>& samples, const Source& source) { add_lines(samples, source); }},
    Metric{"weir_ledger_wavefront_reports_total", kCounter,
           "HTTP requests of Wavefront clients, by what became of them.", Labels{"outcome"},
           [](Samples<1>& samples, const Source& source) { add_reports(samples, source); }},
    Metric{"weir_wavefront_bytes_total", kCounter,
           "Bytes of Wavefront lines that were read, unpacked, by how they came.",
           Labels{"protocol"},
           [](Samples<1>& samples, const Source& source) { add_bytes(samples, source); }},
    Metric{"weir_wavefront_connections", kGauge, "Connections of Wavefront clients open.",
           [](const Source& source) -> std::optional<double> {
             if (source.input == nullptr) return std::nullopt;
             return static_cast<double>(source.input->stats().open.load());
           }},
    Metric{"weir_wavefront_connections_refused_total", kCounter,
           "Connections of Wavefront clients closed at once because too many were open.",
           OfServer<&ServerStats::refused>()},
    Metric{"weir_wavefront_events_total", kCounter,
           "Events made of Wavefront lines; each observation of a distribution is one.",
           OfInput<&WavefrontCounts::events>()},
    Metric{"weir_wavefront_http_requests_denied_total", kCounter,
           "Requests of Wavefront clients that --web.config.file kept out, by reason, as "
           "weir_http_requests_denied_total.",
           Labels{"reason"},
           [](Samples<1>& samples, const Source& source) {
             add_denied(samples, source.input == nullptr ? nullptr : source.input->denied());
           }},
    Metric{"weir_wavefront_http_requests_refused_total", kCounter,
           "Requests of Wavefront clients refused because of their form or length, by HTTP status "
           "code.",
           Labels{"code"},
           [](Samples<1>& samples, const Source& source) {
             add_refused(samples, source.input == nullptr ? nullptr : &source.input->stats());
           }},
    Metric{"weir_wavefront_http_timeouts_total", kCounter,
           "Connections of Wavefront clients closed because a request or an answer took too long.",
           OfServer<&ServerStats::timeouts>()},
    Metric{"weir_wavefront_tcp_connections_idle_closed_total", kCounter,
           "Connections with lines closed because they were silent for too long.",
           OfServer<&ServerStats::idle_closed>()},
    Metric{"weir_wavefront_tcp_connections_total", kCounter,
           "Connections of Wavefront clients that brought lines.",
           OfInput<&WavefrontCounts::tcp_connections>()},
    Metric{"weir_wavefront_tcp_refused_senders_total", kCounter,
           "Connections with lines closed at once because --statsd.allow-from has not their "
           "address.",
           OfInput<&WavefrontCounts::refused_senders>()},
};

}  // namespace

constinit const telemetry::Collector<WavefrontMetricsSource> kWavefrontMetrics{kMetrics};

}  // namespace weir::app
