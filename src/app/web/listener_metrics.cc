// SPDX-License-Identifier: Apache-2.0
#include "app/web/listener_metrics.h"

#include <array>
#include <string_view>
#include <utility>

#include "app/listen_plan.h"

namespace weir::app {

namespace {

using pipeline::SelfMetrics;
using Datagrams = std::vector<std::unique_ptr<net::DatagramListener>> Listeners::*;
using Streams = std::vector<std::unique_ptr<net::StreamListener>> Listeners::*;

struct DatagramKind {
  std::string_view name;
  Datagrams listeners;
};

struct StreamKind {
  std::string_view name;
  Streams listeners;
};

constexpr std::array kDatagramKinds = {DatagramKind{"udp", &Listeners::udp},
                                       DatagramKind{"unixgram", &Listeners::unixgram}};
constexpr std::array kStreamKinds = {StreamKind{"tcp", &Listeners::tcp},
                                     StreamKind{"unixstream", &Listeners::unixstream}};

// The sum of what `read` tells of every listener of a kind.
template <typename Kind, typename Read>
double sum_of(const Workers& workers, Kind kind, Read read) {
  double sum = 0;
  for (const auto& worker : workers) {
    for (const auto& listener : worker->listeners().*kind) {
      sum += static_cast<double>(read(*listener));
    }
  }
  return sum;
}

double total(const Workers& workers, Datagrams kind, base::Tally net::DatagramStats::*field) {
  return sum_of(workers, kind, [field](const net::DatagramListener& listener) {
    return (listener.stats().*field).value();
  });
}

double total(const Workers& workers, Streams kind, base::Tally net::StreamStats::*field) {
  return sum_of(workers, kind, [field](const net::StreamListener& listener) {
    return (listener.stats().*field).value();
  });
}

double open_connections(const Workers& workers, Streams kind) {
  return sum_of(workers, kind,
                [](const net::StreamListener& listener) { return listener.stats().open.load(); });
}

double lost(const Workers& workers, const StreamLosses& (Worker::*losses)() const,
            base::Tally StreamLosses::*field) {
  double sum = 0;
  for (const auto& worker : workers) {
    sum += static_cast<double>((((*worker).*losses)().*field).value());
  }
  return sum;
}

bool has_any(const Workers& workers, Streams kind) {
  return sum_of(workers, kind, [](const auto&) { return 1; }) > 0;
}

void add_datagrams(SelfMetrics& metrics, const Workers& workers) {
  metrics.add("statsd_exporter_udp_packets_total",
              total(workers, &Listeners::udp, &net::DatagramStats::packets));
  // There is no queue between the socket and the parser that could overflow.
  metrics.add("statsd_exporter_udp_packet_drops_total", 0);
  metrics.add("statsd_exporter_unixgram_packets_total",
              total(workers, &Listeners::unixgram, &net::DatagramStats::packets));
  metrics.add("weir_udp_kernel_drops_total",
              total(workers, &Listeners::udp, &net::DatagramStats::kernel_drops));
  metrics.add("weir_udp_receive_buffer_bytes",
              sum_of(workers, &Listeners::udp, [](const net::DatagramListener& listener) {
                return listener.receive_buffer_bytes();
              }));
  for (const auto& [name, kind] : kDatagramKinds) {
    metrics.add("weir_datagrams_truncated_total",
                total(workers, kind, &net::DatagramStats::truncated), {{"listener", name}});
  }
  for (const auto& [name, kind] : kDatagramKinds) {
    metrics.add("weir_datagram_read_errors_total",
                total(workers, kind, &net::DatagramStats::read_errors), {{"listener", name}});
  }
}

void add_tcp(SelfMetrics& metrics, const Workers& workers) {
  constexpr Streams kTcp = &Listeners::tcp;
  metrics.add("statsd_exporter_tcp_connections_total",
              total(workers, kTcp, &net::StreamStats::connections));
  metrics.add("statsd_exporter_tcp_connection_errors_total",
              total(workers, kTcp, &net::StreamStats::errors));
  metrics.add("statsd_exporter_tcp_too_long_lines_total",
              lost(workers, &Worker::tcp_losses, &StreamLosses::too_long));
  metrics.add("weir_tcp_connections", open_connections(workers, kTcp));
  metrics.add("weir_tcp_connections_refused_total",
              total(workers, kTcp, &net::StreamStats::refused));
  metrics.add("weir_tcp_connections_idle_closed_total",
              total(workers, kTcp, &net::StreamStats::idle_closed));
}

// What all listeners that take connections count.
void add_connections(SelfMetrics& metrics, const Workers& workers, std::string_view name,
                     base::Tally net::StreamStats::*field, const base::Tally* http) {
  for (const auto& [listener, kind] : kStreamKinds) {
    metrics.add(name, total(workers, kind, field), {{"listener", listener}});
  }
  if (http == nullptr) return;
  metrics.add(name, static_cast<double>(http->value()), {{"listener", "http"}});
}

void add_unixstream(SelfMetrics& metrics, const Workers& workers) {
  constexpr Streams kUnix = &Listeners::unixstream;
  if (!has_any(workers, kUnix)) return;
  metrics.add("weir_unixstream_connections", open_connections(workers, kUnix));
  metrics.add("weir_unixstream_connections_total",
              total(workers, kUnix, &net::StreamStats::connections));
  metrics.add("weir_unixstream_connection_errors_total",
              total(workers, kUnix, &net::StreamStats::errors));
  metrics.add("weir_unixstream_connections_refused_total",
              total(workers, kUnix, &net::StreamStats::refused));
  metrics.add("weir_unixstream_connections_idle_closed_total",
              total(workers, kUnix, &net::StreamStats::idle_closed));
  metrics.add("weir_unixstream_packets_total",
              lost(workers, &Worker::unixstream_losses, &StreamLosses::packets));
  metrics.add("weir_unixstream_too_long_total",
              lost(workers, &Worker::unixstream_losses, &StreamLosses::too_long));
  metrics.add("weir_unixstream_packets_cut_off_total",
              lost(workers, &Worker::unixstream_losses, &StreamLosses::cut_off));
}

// Relays of all workers have the same targets.
template <typename Read>
double relay_sum(const Workers& workers, Read read) {
  double sum = 0;
  for (const auto& worker : workers) sum += static_cast<double>(read(*worker->relay()));
  return sum;
}

void add_relay_targets(SelfMetrics& metrics, const Workers& workers, std::string_view name,
                       base::Tally relay::TargetStats::*field) {
  const relay::Relay& first = *workers.front()->relay();
  for (std::size_t i = 0; i < first.target_count(); ++i) {
    metrics.add(name,
                relay_sum(workers,
                          [i, field](const relay::Relay& relay) {
                            return (relay.target_stats(i).*field).value();
                          }),
                {{"target", first.target(i)}});
  }
}

void add_relay_lines(SelfMetrics& metrics, const Workers& workers, std::string_view name,
                     base::Tally relay::LineStats::*field) {
  const relay::Relay& first = *workers.front()->relay();
  const double lines = relay_sum(
      workers, [field](const relay::Relay& relay) { return (relay.line_stats().*field).value(); });
  for (std::size_t i = 0; i < first.target_count(); ++i) {
    metrics.add(name, lines, {{"target", first.target(i)}});
  }
}

void add_relay_queues(SelfMetrics& metrics, const Workers& workers) {
  const relay::Relay& first = *workers.front()->relay();
  for (std::size_t i = 0; i < first.target_count(); ++i) {
    metrics.add("weir_relay_queue_packets",
                relay_sum(workers,
                          [i](const relay::Relay& relay) {
                            return relay.target_stats(i).queue_packets.load();
                          }),
                {{"target", first.target(i)}});
  }
}

}  // namespace

void add_relay_metrics(SelfMetrics& metrics, const Workers& workers) {
  if (workers.front()->relay() == nullptr) return;
  using Lines = relay::LineStats;
  using Target = relay::TargetStats;
  add_relay_targets(metrics, workers, "statsd_exporter_relay_packets_total", &Target::packets);
  add_relay_lines(metrics, workers, "statsd_exporter_relay_long_lines_total", &Lines::too_long);
  add_relay_lines(metrics, workers, "statsd_exporter_relay_lines_relayed_total", &Lines::relayed);
  add_relay_targets(metrics, workers, "weir_relay_lines_dropped_total", &Target::lines_dropped);
  add_relay_targets(metrics, workers, "weir_relay_packets_dropped_total", &Target::packets_dropped);
  add_relay_targets(metrics, workers, "weir_relay_send_errors_total", &Target::send_errors);
  add_relay_targets(metrics, workers, "weir_relay_resolve_errors_total", &Target::resolve_errors);
  add_relay_queues(metrics, workers);
}

void add_listener_metrics(SelfMetrics& metrics, const Workers& workers,
                          const http::ServerStats* http) {
  add_datagrams(metrics, workers);
  add_tcp(metrics, workers);
  add_connections(metrics, workers, "weir_accept_errors_total", &net::StreamStats::accept_errors,
                  http == nullptr ? nullptr : &http->accept_errors);
  add_connections(metrics, workers, "weir_connections_out_of_descriptors_total",
                  &net::StreamStats::out_of_descriptors,
                  http == nullptr ? nullptr : &http->out_of_descriptors);
  add_unixstream(metrics, workers);
}

}  // namespace weir::app
