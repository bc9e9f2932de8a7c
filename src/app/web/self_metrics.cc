// SPDX-License-Identifier: Apache-2.0
#include "app/web/self_metrics.h"

#include "app/influx_out/write_metrics.h"
#include "app/push/push_metrics.h"
#include "app/rsocket/rsocket_metrics.h"
#include "app/systems.h"
#include "app/wavefront/wavefront_metrics.h"
#include "app/wavefront/wavefront_writer.h"
#include "app/web/build_metrics.h"
#include "app/web/http_metrics.h"
#include "app/web/influx_metrics.h"
#include "app/web/insight_metrics.h"
#include "app/web/limit_metrics.h"
#include "app/web/listener_ledger_metrics.h"
#include "app/web/listener_metrics.h"
#include "app/web/mapping_metrics.h"
#include "app/web/process_metrics.h"
#include "app/web/relay_metrics.h"
#include "app/web/security_metrics.h"
#include "app/web/state_metrics.h"
#include "app/web/tap_metrics.h"
#include "weir/pipeline/ledger_metrics.h"
#include "weir/pipeline/outcome_metrics.h"
#include "weir/pipeline/store_metrics.h"

namespace weir::app {

namespace {

pipeline::LedgerMetricsSource ledgers_of(const SelfMetricSources& from) {
  pipeline::LedgerMetricsSource source{{}, from.cache_size, from.idle_flushes};
  for (const auto& worker : from.workers) source.ledgers.push_back(&worker->ledger());
  return source;
}

RsocketMetricsSource rsocket_of(const SelfMetricSources& from) {
  if (from.systems == nullptr) return {};
  const ProxyClient* const client = from.systems->rsocket_client();
  return {from.systems->rsocket_proxy(), client != nullptr ? &client->counts() : nullptr};
}

// Calls `visit(collector, make_source)` for each collector there is; `make_source(from)` gives what
// it reads.
template <typename Visit>
void visit_collectors(const Visit& visit) {
  using Sources = SelfMetricSources;
  visit(pipeline::kLedgerMetrics, ledgers_of);
  visit(pipeline::kOutcomeMetrics, ledgers_of);
  visit(pipeline::kStoreMetrics, [](const Sources& from) { return from.store.counts(); });
  visit(kListenerMetrics, [](const Sources& from) {
    return ListenerMetricsSource{from.workers, from.http};
  });
  visit(kListenerLedgerMetrics, [](const Sources& from) {
    return ListenerLedgerSource{from.workers, base::Clock::now()};
  });
  visit(kInfluxMetrics, [](const Sources& from) {
    return InfluxMetricsSource{from.workers.empty() ? nullptr : from.workers.front()->influx()};
  });
  visit(kWavefrontMetrics, [](const Sources& from) {
    return WavefrontMetricsSource{from.workers.empty() ? nullptr
                                                       : from.workers.front()->wavefront()};
  });
  visit(kWavefrontWriteMetrics, [](const Sources& from) {
    const auto* const writer = from.systems == nullptr ? nullptr : from.systems->wavefront_writer();
    return WavefrontWriteMetricsSource{writer == nullptr ? nullptr : &writer->counts()};
  });
  visit(kInfluxWriteMetrics, [](const Sources& from) {
    return InfluxWriteMetricsSource{from.systems == nullptr ? nullptr
                                                            : from.systems->influx_writer()};
  });
  visit(kRelayMetrics, [](const Sources& from) -> const Workers& { return from.workers; });
  visit(kMappingMetrics, [](const Sources& from) {
    return MappingMetricsSource{from.reloader, from.mapping_watch};
  });
  visit(kHttpMetrics, [](const Sources& from) {
    return HttpMetricsSource{from.scrapes, from.http};
  });
  visit(kSecurityMetrics, [](const Sources& from) {
    const bool has_tls = from.http != nullptr && from.guard != nullptr && from.guard->has_tls();
    return SecurityMetricsSource{from.workers,
                                 from.guard != nullptr ? &from.guard->denied() : nullptr,
                                 has_tls ? &from.http->handshakes : nullptr};
  });
  visit(kStateMetrics, [](const Sources& from) { return StateMetricsSource{from.state}; });
  visit(kInsightMetrics, [](const Sources& from) { return InsightMetricsSource{from.monitor}; });
  visit(kTapMetrics, [](const Sources& from) { return TapMetricsSource{from.taps}; });
  visit(kPushMetrics, [](const Sources& from) {
    return PushMetricsSource{from.systems == nullptr ? nullptr : from.systems->push()};
  });
  visit(kRsocketMetrics, rsocket_of);
  visit(kProcessMetrics, [](const Sources&) { return read_process_stats(); });
  visit(kLimitMetrics, [](const Sources& from) { return from.limits; });
  visit(kBuildMetrics, [](const Sources&) { return BuildMetricsSource{}; });
}

}  // namespace

std::vector<std::string> self_metric_names() {
  std::vector<std::string> names;
  visit_collectors([&names](const auto& collector, const auto& /*make_source*/) {
    collector.append_names(names);
  });
  return names;
}

std::vector<metrics::SelfFamily> collect_self_metrics(const SelfMetricSources& from) {
  std::vector<metrics::SelfFamily> families;
  visit_collectors([&](const auto& collector, const auto& make_source) {
    collector.collect(make_source(from), families);
  });
  return families;
}

}  // namespace weir::app
