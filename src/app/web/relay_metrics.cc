// SPDX-License-Identifier: Apache-2.0
#include "app/web/relay_metrics.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir::app {

namespace {

using relay::LineStats;
using relay::Relay;
using relay::TargetStats;
using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using RelayMetric = telemetry::Metric<Workers>;

// For each target the sum of what `Read` gives of the relay of each worker: all have the same
// targets.
template <typename Read>
struct ByTarget {
  void operator()(Samples<1>& samples, const Workers& workers) const {
    const Relay* first = workers.front()->relay();
    if (first == nullptr) return;
    for (std::size_t target = 0; target < first->target_count(); ++target) {
      std::uint64_t sum = 0;
      for (const auto& worker : workers) sum += Read()(*worker->relay(), target);
      samples.add(static_cast<double>(sum), first->target(target));
    }
  }
};

template <base::Tally TargetStats::*kField>
struct OfTarget {
  std::uint64_t operator()(const Relay& relay, std::size_t target) const {
    return (relay.target_stats(target).*kField).value();
  }
};

struct QueueOfTarget {
  std::uint64_t operator()(const Relay& relay, std::size_t target) const {
    return relay.target_stats(target).queue_packets.load();
  }
};

// Lines are packed once for all targets.
template <base::Tally LineStats::*kField>
struct OfLines {
  std::uint64_t operator()(const Relay& relay, std::size_t /*target*/) const {
    return (relay.line_stats().*kField).value();
  }
};

constexpr std::array kRelayTable = {
    RelayMetric{"statsd_exporter_relay_lines_relayed_total", kCounter,
                "The number of lines that were buffered to be relayed.", Labels{"target"},
                ByTarget<OfLines<&LineStats::relayed>>()},
    RelayMetric{"statsd_exporter_relay_long_lines_total", kCounter,
                "The number lines that were too long to relay.", Labels{"target"},
                ByTarget<OfLines<&LineStats::too_long>>()},
    RelayMetric{"statsd_exporter_relay_packets_total", kCounter,
                "The number of StatsD packets relayed.", Labels{"target"},
                ByTarget<OfTarget<&TargetStats::packets>>()},
    RelayMetric{"weir_relay_lines_dropped_total", kCounter,
                "Lines in datagrams that the relay dropped or could not send.", Labels{"target"},
                ByTarget<OfTarget<&TargetStats::lines_dropped>>()},
    RelayMetric{"weir_relay_packets_dropped_total", kCounter,
                "Datagrams that the relay dropped because its queue was full.", Labels{"target"},
                ByTarget<OfTarget<&TargetStats::packets_dropped>>()},
    RelayMetric{"weir_relay_queue_packets", kGauge, "Datagrams that wait to be relayed.",
                Labels{"target"}, ByTarget<QueueOfTarget>()},
    RelayMetric{"weir_relay_resolve_errors_total", kCounter,
                "Times that the address of a relay target could not be looked up.",
                Labels{"target"}, ByTarget<OfTarget<&TargetStats::resolve_errors>>()},
    RelayMetric{"weir_relay_send_errors_total", kCounter,
                "Datagrams that could not be sent to a relay target.", Labels{"target"},
                ByTarget<OfTarget<&TargetStats::send_errors>>()},
};

}  // namespace

constinit const telemetry::Collector<Workers> kRelayMetrics{kRelayTable};

}  // namespace weir::app
