// SPDX-License-Identifier: Apache-2.0
#include "app/web/listener_ledger_metrics.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "app/web/listener_sums.h"

namespace weir::app {

namespace {

using net::DatagramStats;
using net::StreamStats;
using telemetry::kCounter;
using telemetry::kGauge;
using telemetry::Labels;
using telemetry::Samples;
using ListenerLedgerMetric = telemetry::Metric<ListenerLedgerSource>;

constexpr std::string_view kRefusedSender = "refused_sender";

void add_datagrams(Samples<2>& samples, const ListenerLedgerSource& source) {
  const auto of = [&](auto kind, auto field) { return total(source.workers, kind, field); };
  samples.add(of(&Listeners::udp, &DatagramStats::kernel_drops), "udp", "kernel_drop");
  samples.add(of(&Listeners::udp, &DatagramStats::packets), "udp", "read");
  samples.add(of(&Listeners::udp, &DatagramStats::refused), "udp", kRefusedSender);
  samples.add(of(&Listeners::unixgram, &DatagramStats::packets), "unixgram", "read");
}

void add_connections(Samples<2>& samples, const ListenerLedgerSource& source) {
  const auto add = [&](auto kind, base::Tally StreamStats::*field, std::string_view listener,
                       std::string_view outcome) {
    samples.add(total(source.workers, kind, field), listener, outcome);
  };
  add(&Listeners::tcp, &StreamStats::failed, "tcp", "failed");
  add(&Listeners::tcp, &StreamStats::out_of_descriptors, "tcp", "out_of_descriptors");
  add(&Listeners::tcp, &StreamStats::refused_senders, "tcp", kRefusedSender);
  add(&Listeners::tcp, &StreamStats::connections, "tcp", "taken");
  add(&Listeners::tcp, &StreamStats::refused, "tcp", "too_many");
  add(&Listeners::unixstream, &StreamStats::failed, "unixstream", "failed");
  add(&Listeners::unixstream, &StreamStats::out_of_descriptors, "unixstream", "out_of_descriptors");
  add(&Listeners::unixstream, &StreamStats::connections, "unixstream", "taken");
  add(&Listeners::unixstream, &StreamStats::refused, "unixstream", "too_many");
}

void add_bytes(Samples<2>& samples, const ListenerLedgerSource& source) {
  const auto of = [&](auto kind, auto field) { return total(source.workers, kind, field); };
  samples.add(of(&Listeners::tcp, &StreamStats::bytes), "tcp", "read");
  samples.add(of(&Listeners::udp, &DatagramStats::bytes), "udp", "read");
  samples.add(of(&Listeners::udp, &DatagramStats::refused_bytes), "udp", kRefusedSender);
  samples.add(of(&Listeners::unixgram, &DatagramStats::bytes), "unixgram", "read");
  samples.add(of(&Listeners::unixgram, &DatagramStats::truncated_bytes), "unixgram", "truncated");
  samples.add(of(&Listeners::unixstream, &StreamStats::bytes), "unixstream", "read");
}

void add_lost_bytes(Samples<1>& samples, const ListenerLedgerSource& source) {
  double of_lines = 0;
  double of_packets = 0;
  double cut_off = 0;
  for (const auto& worker : source.workers) {
    const auto add = [](double& sum, const base::Tally& tally) {
      sum += static_cast<double>(tally.value());
    };
    add(of_lines, worker->ledger().bytes_too_long);
    add(of_lines, worker->tcp_losses().too_long_bytes);
    add(worker->has_packets() ? of_packets : of_lines, worker->unixstream_losses().too_long_bytes);
    add(cut_off, worker->unixstream_losses().cut_off_bytes);
  }
  samples.add(of_lines, "line_too_long");
  samples.add(cut_off, "packet_cut_off");
  samples.add(of_packets, "packet_too_long");
}

// Of the listeners that share an address, one of each worker at most.
struct Figures {
  double buffer_bytes = 0;
  double queue_datagrams = 0;
  std::optional<base::TimePoint> last;
  double pressure = 0;
};

// By address and kind.
using FiguresByAddress = std::map<std::pair<std::string_view, std::string_view>, Figures>;

// What is sent is shared out among the sockets of an address; a connection has one buffer. The
// kernel counts the datagrams of a unix socket, not their bytes.
void add_buffer(Figures& figures, const net::DatagramListener& listener) {
  figures.queue_datagrams = static_cast<double>(listener.queue_datagrams());
  if (listener.queue_datagrams() > 0) return;
  figures.buffer_bytes += static_cast<double>(listener.receive_buffer_bytes());
}
void add_buffer(Figures& figures, const net::StreamListener& listener) {
  figures.buffer_bytes = static_cast<double>(listener.buffer_bytes());
}

FiguresByAddress figures_of(const ListenerLedgerSource& source) {
  FiguresByAddress all;
  const auto add = [&](const auto& listeners, std::string_view kind) {
    for (const auto& listener : listeners) {
      Figures& figures = all[{listener->address(), kind}];
      add_buffer(figures, *listener);
      figures.last = std::max(figures.last, listener->activity().last());
      figures.pressure = std::max(figures.pressure, listener->activity().pressure(source.now));
    }
  };
  for (const auto& worker : source.workers) {
    const Listeners& open = worker->listeners();
    add(open.tcp, "tcp");
    add(open.udp, "udp");
    add(open.unixgram, "unixgram");
    add(open.unixstream, "unixstream");
  }
  return all;
}

void add_above_zero(Samples<2>& samples, const ListenerLedgerSource& source,
                    double Figures::*field) {
  for (const auto& [place, figures] : figures_of(source)) {
    samples.add_if_counted(figures.*field, place.first, place.second);
  }
}

void add_ages(Samples<2>& samples, const ListenerLedgerSource& source) {
  for (const auto& [place, figures] : figures_of(source)) {
    if (!figures.last) continue;
    const std::chrono::duration<double> age = source.now - *figures.last;
    samples.add(std::max(age.count(), 0.0), place.first, place.second);
  }
}

void add_pressures(Samples<2>& samples, const ListenerLedgerSource& source) {
  for (const auto& [place, figures] : figures_of(source)) {
    samples.add(figures.pressure, place.first, place.second);
  }
}

constexpr Labels kByListener{"listener", "outcome"};
constexpr Labels kByAddress{"address", "listener"};

constexpr std::array kListenerLedgerTable = {
    ListenerLedgerMetric{"weir_ledger_bytes_total", kCounter,
                         "Bytes that came to the listeners, by what became of them.", kByListener,
                         [](Samples<2>& samples, const ListenerLedgerSource& source) {
                           add_bytes(samples, source);
                         }},
    ListenerLedgerMetric{"weir_ledger_connections_total", kCounter,
                         "Connections made to the listeners, by what became of them.", kByListener,
                         [](Samples<2>& samples, const ListenerLedgerSource& source) {
                           add_connections(samples, source);
                         }},
    ListenerLedgerMetric{"weir_ledger_datagrams_total", kCounter,
                         "Datagrams that came to the listeners, by what became of them.",
                         kByListener,
                         [](Samples<2>& samples, const ListenerLedgerSource& source) {
                           add_datagrams(samples, source);
                         }},
    ListenerLedgerMetric{"weir_ledger_lost_bytes_total", kCounter,
                         "Bytes that were read and are of no line that was taken, by reason.",
                         Labels{"reason"},
                         [](Samples<1>& samples, const ListenerLedgerSource& source) {
                           add_lost_bytes(samples, source);
                         }},
    ListenerLedgerMetric{
        "weir_listener_last_packet_age_seconds", kGauge,
        "Time since a listener last received something; not there before it has.", kByAddress,
        [](Samples<2>& samples, const ListenerLedgerSource& source) { add_ages(samples, source); }},
    ListenerLedgerMetric{
        "weir_listener_pressure_ratio", kGauge,
        "Largest share of its buffer that a listener has found filled in the last minute.",
        kByAddress,
        [](Samples<2>& samples, const ListenerLedgerSource& source) {
          add_pressures(samples, source);
        }},
    ListenerLedgerMetric{
        "weir_listener_queue_datagrams", kGauge,
        "Datagrams that the kernel queues for a listener; then their senders wait.", kByAddress,
        [](Samples<2>& samples, const ListenerLedgerSource& source) {
          add_above_zero(samples, source, &Figures::queue_datagrams);
        }},
    ListenerLedgerMetric{
        "weir_listener_receive_buffer_bytes", kGauge,
        "Buffer that the kernel granted, with its bookkeeping: of TCP and Unix streams that of "
        "a new connection.",
        kByAddress,
        [](Samples<2>& samples, const ListenerLedgerSource& source) {
          add_above_zero(samples, source, &Figures::buffer_bytes);
        }},
};

}  // namespace

constinit const telemetry::Collector<ListenerLedgerSource> kListenerLedgerMetrics{
    kListenerLedgerTable};

}  // namespace weir::app
