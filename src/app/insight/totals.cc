// SPDX-License-Identifier: Apache-2.0
#include "app/insight/totals.h"

#include "app/influx/influx_input.h"
#include "app/wavefront/wavefront_input.h"
#include "weir/statsd/rejection.h"

namespace weir::app {

namespace {

using net::DatagramStats;
using net::StreamStats;
using statsd::Rejection;

template <typename Kind, typename Stats>
std::uint64_t sum(const Worker& worker, Kind kind, base::Tally Stats::*field) {
  std::uint64_t sum = 0;
  for (const auto& listener : worker.listeners().*kind) sum += (listener->stats().*field).value();
  return sum;
}

template <std::size_t kCount>
std::uint64_t sum(const std::array<base::Tally, kCount>& tallies) {
  std::uint64_t sum = 0;
  for (const base::Tally& tally : tallies) sum += tally.value();
  return sum;
}

std::uint64_t sum(const std::deque<ForeignSource>& sources, base::Tally ForeignSource::*field) {
  std::uint64_t sum = 0;
  for (const ForeignSource& source : sources) sum += (source.*field).value();
  return sum;
}

// Of all listeners of other protocols.
std::uint64_t foreign(const Worker& worker, base::Tally ForeignSource::*field) {
  std::uint64_t all = 0;
  if (const InfluxInput* const influx = worker.influx(); influx != nullptr) {
    all += sum(influx->http_sources(), field) + sum(influx->udp_sources(), field);
  }
  if (const WavefrontInput* const wavefront = worker.wavefront(); wavefront != nullptr) {
    all += sum(wavefront->http_sources(), field) + sum(wavefront->tcp_sources(), field);
  }
  return all;
}

// Of the sockets for InfluxDB's datagrams.
template <base::Tally DatagramStats::*kField>
std::uint64_t influx_datagrams(const Worker& worker) {
  if (worker.influx() == nullptr) return 0;
  std::uint64_t sum = 0;
  for (const auto& listener : worker.influx()->udp()) sum += (listener->stats().*kField).value();
  return sum;
}

// Of all sockets for datagrams over IP.
template <base::Tally DatagramStats::*kField>
std::uint64_t udp(const Worker& worker) {
  return sum(worker, &Listeners::udp, kField) + influx_datagrams<kField>(worker);
}

// Of both kinds of stream.
template <base::Tally StreamStats::*kField>
std::uint64_t connections(const Worker& worker) {
  return sum(worker, &Listeners::tcp, kField) + sum(worker, &Listeners::unixstream, kField);
}

std::uint64_t refused_senders(const Worker& worker) {
  const WavefrontInput* const wavefront = worker.wavefront();
  return udp<&DatagramStats::refused>(worker) + connections<&StreamStats::refused_senders>(worker) +
         (wavefront == nullptr ? 0 : wavefront->counts().refused_senders.value());
}

std::uint64_t foreign_too_long(const Worker& worker) {
  return worker.wavefront() == nullptr ? 0 : worker.wavefront()->counts().lines.too_long.value();
}

// Lines and samples: whole lines, and what is left out of one.
std::uint64_t rejected(const Worker& worker) {
  constexpr std::array kLosing = {
      Rejection::MalformedLine,      Rejection::MixedTaggingStyles,
      Rejection::NotEnoughParts,     Rejection::InvalidExtendedAggregateType,
      Rejection::MalformedComponent, Rejection::MalformedValue,
      Rejection::IllegalEvent};
  std::uint64_t sum = 0;
  for (const Rejection each : kLosing) {
    sum += worker.ledger().rejections[static_cast<std::size_t>(each)].value();
  }
  return sum + foreign(worker, &ForeignSource::refused) - foreign_too_long(worker);
}

std::uint64_t frames_too_long(const Worker& worker) {
  return worker.has_packets() ? worker.unixstream_losses().too_long.value() : 0;
}

std::uint64_t relayed_in_vain(const Worker& worker) {
  if (worker.relay() == nullptr) return 0;
  const relay::Relay& relay = *worker.relay();
  std::uint64_t sum = relay.line_stats().too_long.value();
  for (std::size_t i = 0; i < relay.target_count(); ++i) {
    sum += relay.target_stats(i).lines_dropped.value();
  }
  return sum;
}

std::uint64_t foreign_samples(const Worker& worker) {
  const InfluxInput* const influx = worker.influx();
  const WavefrontInput* const wavefront = worker.wavefront();
  return (influx == nullptr ? 0 : influx->counts().fields.samples.value()) +
         (wavefront == nullptr ? 0 : wavefront->counts().events.value());
}

}  // namespace

const std::array<Loss, kLossCount> kLosses = {{
    {"conflict", [](const Worker& of) { return of.ledger().conflicting_events.value(); }},
    {"error", [](const Worker& of) { return sum(of.ledger().errors); }},
    {"failed", connections<&StreamStats::failed>},
    {"kernel_drop", udp<&DatagramStats::kernel_drops>},
    {"out_of_descriptors", connections<&StreamStats::out_of_descriptors>},
    {"packet_cut_off", [](const Worker& of) { return of.unixstream_losses().cut_off.value(); }},
    {"packet_too_long", frames_too_long},
    {"refused", [](const Worker& of) { return of.ledger().refused_events.value(); }},
    {"refused_sender", refused_senders},
    {"rejected", rejected},
    {"relay", relayed_in_vain},
    {"too_long",
     [](const Worker& of) { return of.ledger().lines_too_long.value() + foreign_too_long(of); }},
    {"too_many", connections<&StreamStats::refused>},
    {"truncated",
     [](const Worker& of) {
       return udp<&DatagramStats::truncated>(of) +
              sum(of, &Listeners::unixgram, &DatagramStats::truncated);
     }},
}};

Totals read_totals(const Workers& workers) {
  Totals totals;
  for (const auto& worker : workers) {
    const pipeline::Ledger& ledger = worker->ledger();
    totals.lines += ledger.lines.value() + ledger.lines_too_long.value() +
                    foreign(*worker, &ForeignSource::lines);
    totals.datagrams += udp<&DatagramStats::packets>(*worker) +
                        sum(*worker, &Listeners::unixgram, &DatagramStats::packets);
    totals.bytes += udp<&DatagramStats::bytes>(*worker) + foreign(*worker, &ForeignSource::bytes) +
                    sum(*worker, &Listeners::unixgram, &DatagramStats::bytes) +
                    connections<&StreamStats::bytes>(*worker);
    totals.samples += ledger.samples.value() + foreign_samples(*worker);
    totals.applied += sum(ledger.applied);
  }
  return totals;
}

std::array<std::uint64_t, kLossCount> read_losses(const Workers& workers) {
  std::array<std::uint64_t, kLossCount> counts{};
  for (const auto& worker : workers) {
    for (std::size_t i = 0; i < kLossCount; ++i) counts[i] += kLosses[i].count(*worker);
  }
  return counts;
}

}  // namespace weir::app
