// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/rsocket_metrics.h"

#include <array>
#include <optional>

#include "app/web/server_samples.h"

namespace weir::app {

namespace {

using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using Source = RsocketMetricsSource;
using Metric = telemetry::Metric<Source>;

template <base::Tally RsocketCounts::*kField>
struct Count {
  std::optional<double> operator()(const Source& source) const {
    if (source.proxy == nullptr) return std::nullopt;
    return value_of(source.proxy->counts().*kField);
  }
};

template <std::atomic<std::uint64_t> RsocketCounts::*kField>
struct Level {
  std::optional<double> operator()(const Source& source) const {
    if (source.proxy == nullptr) return std::nullopt;
    return static_cast<double>((source.proxy->counts().*kField).load());
  }
};

void add_ends(Samples<1>& samples, const Source& source) {
  if (source.proxy == nullptr) return;
  for (std::size_t i = 0; i < kConnectionEnds.size(); ++i) {
    samples.add(value_of(source.proxy->counts().ends.at(i)), kConnectionEnds.at(i));
  }
}

void add_refused(Samples<1>& samples, const Source& source) {
  if (source.proxy == nullptr) return;
  const RsocketCounts& counts = source.proxy->counts();
  samples.add(value_of(counts.accept_errors), "accept_error");
  samples.add(value_of(counts.out_of_descriptors), "out_of_descriptors");
  samples.add(value_of(counts.refused_senders), "refused_sender");
  samples.add(value_of(counts.refused), "too_many");
}

void add_answers(Samples<1>& samples, const Source& source) {
  if (source.proxy == nullptr) return;
  const PageOutcomes& outcomes = source.proxy->counts().answers;
  for (const auto outcome :
       {PageOutcome::BadPage, PageOutcome::BadPayload, PageOutcome::Closed, PageOutcome::Error,
        PageOutcome::Memory, PageOutcome::Shown, PageOutcome::Timeout, PageOutcome::TooLarge}) {
    const auto index = static_cast<std::size_t>(outcome);
    samples.add(value_of(outcomes.at(index)), kPageOutcomes.at(index));
  }
}

void add_pushes(Samples<1>& samples, const Source& source) {
  if (source.proxy == nullptr) return;
  const PageOutcomes& outcomes = source.proxy->counts().pushes;
  for (const auto outcome :
       {PageOutcome::BadPage, PageOutcome::BadPayload, PageOutcome::Busy, PageOutcome::Expired,
        PageOutcome::Memory, PageOutcome::Replaced, PageOutcome::Shown, PageOutcome::TooLarge}) {
    const auto index = static_cast<std::size_t>(outcome);
    samples.add(value_of(outcomes.at(index)), kPageOutcomes.at(index));
  }
}

void add_client_answers(Samples<1>& samples, const Source& source) {
  if (source.client == nullptr) return;
  samples.add(value_of(source.client->failed_answers), "failed");
  samples.add(value_of(source.client->answers), "sent");
}

void add_client_connects(Samples<1>& samples, const Source& source) {
  if (source.client == nullptr) return;
  samples.add(value_of(source.client->connects), "connected");
  samples.add(value_of(source.client->failed_connects), "failed");
}

constexpr std::array kMetrics = {
    Metric{"weir_ledger_rsocket_answers_total", kCounter,
           "Applications asked by scrapes over RSocket, by what became of their answer.",
           Labels{"outcome"},
           [](Samples<1>& samples, const Source& source) { add_answers(samples, source); }},
    Metric{"weir_ledger_rsocket_pushes_total", kCounter,
           "Pages pushed over RSocket by applications that ended, by what became of them; those "
           "that are kept have none yet.",
           Labels{"outcome"},
           [](Samples<1>& samples, const Source& source) { add_pushes(samples, source); }},
    Metric{"weir_rsocket_bytes_total", kCounter, "Bytes read from RSocket connections.",
           Count<&RsocketCounts::bytes>()},
    Metric{"weir_rsocket_connections", kGauge, "RSocket connections of applications open.",
           Level<&RsocketCounts::open>()},
    Metric{"weir_rsocket_connections_closed_total", kCounter,
           "RSocket connections that ended, by reason.", Labels{"reason"},
           [](Samples<1>& samples, const Source& source) { add_ends(samples, source); }},
    Metric{"weir_rsocket_connections_refused_total", kCounter,
           "RSocket connections closed at once or not accepted, by reason.", Labels{"reason"},
           [](Samples<1>& samples, const Source& source) { add_refused(samples, source); }},
    Metric{"weir_rsocket_connections_total", kCounter, "RSocket connections taken.",
           Count<&RsocketCounts::connections>()},
    Metric{"weir_rsocket_memory_bytes", kGauge,
           "Memory for frames, pages and pushes of RSocket, which --limits.rsocket-bytes bounds.",
           [](const Source& source) -> std::optional<double> {
             if (source.proxy == nullptr) return std::nullopt;
             return static_cast<double>(source.proxy->bytes_used());
           }},
    Metric{"weir_rsocket_proxy_answers_total", kCounter,
           "Pages that another RSocket proxy asked weir for, by what became of them.",
           Labels{"outcome"},
           [](Samples<1>& samples, const Source& source) { add_client_answers(samples, source); }},
    Metric{"weir_rsocket_proxy_connected", kGauge,
           "Whether weir is connected to another RSocket proxy, which has given it a key.",
           [](const Source& source) -> std::optional<double> {
             if (source.client == nullptr) return std::nullopt;
             return source.client->is_connected.load() ? 1 : 0;
           }},
    Metric{"weir_rsocket_proxy_connects_total", kCounter,
           "Connections made to another RSocket proxy, by what became of them.", Labels{"outcome"},
           [](Samples<1>& samples, const Source& source) { add_client_connects(samples, source); }},
    Metric{"weir_rsocket_pushes_kept", kGauge,
           "Pages of applications that ended which scrapes still show.",
           Level<&RsocketCounts::pushes_kept>()},
    Metric{"weir_rsocket_pushes_received_total", kCounter,
           "Pages pushed over RSocket by applications that ended.",
           Count<&RsocketCounts::pushes_received>()},
    Metric{"weir_rsocket_scrapes_refused_total", kCounter,
           "Scrapes of /metrics/connected answered with 503 because too many were under way.",
           Count<&RsocketCounts::refused_scrapes>()},
    Metric{"weir_rsocket_series_left_out_total", kCounter,
           "Series left out of /metrics/connected: another application had them (duplicate), or "
           "their family has another type there (type).",
           Labels{"reason"},
           [](Samples<1>& samples, const Source& source) {
             if (source.proxy == nullptr) return;
             samples.add(value_of(source.proxy->counts().duplicates), "duplicate");
             samples.add(value_of(source.proxy->counts().misfits), "type");
           }},
};

}  // namespace

constinit const telemetry::Collector<RsocketMetricsSource> kRsocketMetrics{kMetrics};

}  // namespace weir::app
