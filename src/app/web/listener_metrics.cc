// SPDX-License-Identifier: Apache-2.0
#include "app/web/listener_metrics.h"

#include <array>
#include <optional>

#include "app/listen_plan.h"
#include "app/web/listener_sums.h"

namespace weir::app {

namespace {

using net::DatagramStats;
using net::StreamStats;
using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using ListenerMetric = telemetry::Metric<ListenerMetricsSource>;

double open_connections(const Workers& workers, decltype(&Listeners::tcp) kind) {
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

template <auto kKind, auto kField>
struct Sum {
  double operator()(const ListenerMetricsSource& source) const {
    return total(source.workers, kKind, kField);
  }
};

template <auto kField>
struct DatagramsByListener {
  void operator()(Samples<1>& samples, const ListenerMetricsSource& source) const {
    samples.add(total(source.workers, &Listeners::udp, kField), "udp");
    samples.add(total(source.workers, &Listeners::unixgram, kField), "unixgram");
  }
};

// What all listeners that take connections count, HTTP's too.
template <auto kField, auto kHttpField>
struct ConnectionsByListener {
  void operator()(Samples<1>& samples, const ListenerMetricsSource& source) const {
    samples.add(total(source.workers, &Listeners::tcp, kField), "tcp");
    samples.add(total(source.workers, &Listeners::unixstream, kField), "unixstream");
    if (source.http == nullptr) return;
    samples.add(static_cast<double>((source.http->*kHttpField).value()), "http");
  }
};

bool has_unixstream(const Workers& workers) {
  return sum_of(workers, &Listeners::unixstream, [](const auto&) { return 1; }) > 0;
}

template <auto kField>
struct UnixstreamSum {
  std::optional<double> operator()(const ListenerMetricsSource& source) const {
    if (!has_unixstream(source.workers)) return std::nullopt;
    return total(source.workers, &Listeners::unixstream, kField);
  }
};

template <auto kField>
struct UnixstreamLost {
  std::optional<double> operator()(const ListenerMetricsSource& source) const {
    if (!has_unixstream(source.workers)) return std::nullopt;
    return lost(source.workers, &Worker::unixstream_losses, kField);
  }
};

constexpr std::array kListenerTable = {
    ListenerMetric{"statsd_exporter_tcp_connection_errors_total", kCounter,
                   "The number of errors encountered reading from TCP.",
                   Sum<&Listeners::tcp, &StreamStats::errors>()},
    ListenerMetric{"statsd_exporter_tcp_connections_total", kCounter,
                   "The total number of TCP connections handled.",
                   Sum<&Listeners::tcp, &StreamStats::connections>()},
    ListenerMetric{"statsd_exporter_tcp_too_long_lines_total", kCounter,
                   "The number of lines discarded due to being too long.",
                   [](const ListenerMetricsSource& source) {
                     return lost(source.workers, &Worker::tcp_losses, &StreamLosses::too_long);
                   }},
    // There is no queue between the socket and the parser that could overflow.
    ListenerMetric{"statsd_exporter_udp_packet_drops_total", kCounter,
                   "The total number of dropped StatsD packets which received over UDP.",
                   [](const ListenerMetricsSource&) { return 0; }},
    ListenerMetric{"statsd_exporter_udp_packets_total", kCounter,
                   "The total number of StatsD packets received over UDP.",
                   Sum<&Listeners::udp, &DatagramStats::packets>()},
    ListenerMetric{"statsd_exporter_unixgram_packets_total", kCounter,
                   "The total number of StatsD packets received over Unixgram.",
                   Sum<&Listeners::unixgram, &DatagramStats::packets>()},
    ListenerMetric{
        "weir_accept_errors_total", kCounter,
        "Connections that could not be accepted, by listener.", Labels{"listener"},
        ConnectionsByListener<&StreamStats::accept_errors, &http::ServerStats::accept_errors>()},
    ListenerMetric{
        "weir_connections_out_of_descriptors_total", kCounter,
        "Connections closed at once because few file descriptors were left, by listener.",
        Labels{"listener"},
        ConnectionsByListener<&StreamStats::out_of_descriptors,
                              &http::ServerStats::out_of_descriptors>()},
    ListenerMetric{"weir_datagram_read_errors_total", kCounter,
                   "Reads from datagram sockets that failed, by listener.", Labels{"listener"},
                   DatagramsByListener<&DatagramStats::read_errors>()},
    ListenerMetric{"weir_datagrams_truncated_total", kCounter,
                   "Datagrams longer than what is read of one, whose end is lost, by listener.",
                   Labels{"listener"}, DatagramsByListener<&DatagramStats::truncated>()},
    ListenerMetric{"weir_tcp_connections", kGauge, "StatsD connections open.",
                   [](const ListenerMetricsSource& source) {
                     return open_connections(source.workers, &Listeners::tcp);
                   }},
    ListenerMetric{"weir_tcp_connections_idle_closed_total", kCounter,
                   "StatsD connections closed because they were silent for too long.",
                   Sum<&Listeners::tcp, &StreamStats::idle_closed>()},
    ListenerMetric{"weir_tcp_connections_refused_total", kCounter,
                   "StatsD connections closed at once because too many were open.",
                   Sum<&Listeners::tcp, &StreamStats::refused>()},
    ListenerMetric{"weir_udp_kernel_drops_total", kCounter,
                   "Datagrams that the kernel dropped because the receive buffer was full.",
                   Sum<&Listeners::udp, &DatagramStats::kernel_drops>()},
    ListenerMetric{
        "weir_udp_receive_buffer_bytes", kGauge,
        "Receive buffer that the kernel granted, as it counts: twice what was asked for.",
        [](const ListenerMetricsSource& source) {
          return sum_of(source.workers, &Listeners::udp,
                        [](const auto& listener) { return listener.receive_buffer_bytes(); });
        }},
    ListenerMetric{"weir_unixstream_connection_errors_total", kCounter,
                   "Reads from Unix stream sockets that failed.",
                   UnixstreamSum<&StreamStats::errors>()},
    ListenerMetric{"weir_unixstream_connections", kGauge,
                   "Connections open on Unix stream sockets.",
                   [](const ListenerMetricsSource& source) -> std::optional<double> {
                     if (!has_unixstream(source.workers)) return std::nullopt;
                     return open_connections(source.workers, &Listeners::unixstream);
                   }},
    ListenerMetric{"weir_unixstream_connections_idle_closed_total", kCounter,
                   "Unix stream connections closed because they were silent for too long.",
                   UnixstreamSum<&StreamStats::idle_closed>()},
    ListenerMetric{"weir_unixstream_connections_refused_total", kCounter,
                   "Unix stream connections closed at once because too many were open.",
                   UnixstreamSum<&StreamStats::refused>()},
    ListenerMetric{"weir_unixstream_connections_total", kCounter,
                   "Connections taken on Unix stream sockets.",
                   UnixstreamSum<&StreamStats::connections>()},
    ListenerMetric{"weir_unixstream_packets_cut_off_total", kCounter,
                   "Packets with a length in front that the end of their connection cut off.",
                   UnixstreamLost<&StreamLosses::cut_off>()},
    ListenerMetric{"weir_unixstream_packets_total", kCounter,
                   "Packets with a length in front taken from Unix stream sockets.",
                   UnixstreamLost<&StreamLosses::packets>()},
    ListenerMetric{"weir_unixstream_too_long_total", kCounter,
                   "Lines and packets from Unix stream sockets skipped because of their length.",
                   UnixstreamLost<&StreamLosses::too_long>()},
};

}  // namespace

constinit const telemetry::Collector<ListenerMetricsSource> kListenerMetrics{kListenerTable};

}  // namespace weir::app
