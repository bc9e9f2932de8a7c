// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/influx/influx_input.h"
#include "app/listen_plan.h"
#include "app/wavefront/wavefront_input.h"
#include "app/web/api/answers.h"
#include "app/web/api/responses.h"
#include "weir/base/json_writer.h"

namespace weir::app {

namespace {

// Of the listeners that share an address, one of each worker at most. What a kind has not is empty.
struct Figures {
  std::uint64_t lines = 0;
  std::optional<std::uint64_t> refused;
  std::optional<std::uint64_t> packets;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> connections;
  std::optional<std::uint64_t> connections_open;
  std::optional<std::uint64_t> kernel_drops;
  std::optional<std::uint64_t> buffer_bytes;
  std::optional<double> buffer_used;
  std::optional<base::TimePoint> last;
};

// By kind and address.
using FiguresByAddress = std::map<std::pair<ListenerKind, std::string_view>, Figures>;

void add(std::optional<std::uint64_t>& sum, std::uint64_t more) { sum = sum.value_or(0) + more; }

void add_figures(Figures& figures, const net::DatagramListener& listener) {
  const net::DatagramStats& stats = listener.stats();
  add(figures.packets, stats.packets.value());
  figures.bytes += stats.bytes.value();
  // The kernel counts the datagrams of a unix socket, not their bytes, and drops none.
  if (listener.queue_datagrams() > 0) return;
  add(figures.kernel_drops, stats.kernel_drops.value());
  add(figures.buffer_bytes, listener.receive_buffer_bytes());
}

void add_figures(Figures& figures, const net::StreamListener& listener) {
  const net::StreamStats& stats = listener.stats();
  figures.bytes += stats.bytes.value();
  add(figures.connections, stats.connections.value());
  add(figures.connections_open, stats.open.load());
  // That of a connection, however many workers there are.
  figures.buffer_bytes = listener.buffer_bytes();
}

void add_activity(Figures& figures, const net::Activity& activity, base::TimePoint now) {
  figures.buffer_used = std::max(figures.buffer_used.value_or(0), activity.pressure(now));
  figures.last = std::max(figures.last, activity.last());
}

// By HTTP and streams of another protocol, whose server is one for all addresses.
void add_figures(Figures& figures, const ForeignSource& source) {
  figures.lines += source.lines.value();
  add(figures.refused, source.refused.value());
  if (source.kind == ListenerKind::InfluxUdp) return;
  figures.bytes += source.bytes.value();
  figures.last = std::max(figures.last, source.activity.last());
  if (source.kind == ListenerKind::WavefrontTcp) {
    add(figures.connections, source.connections.value());
  }
}

void add_foreign(FiguresByAddress& all, const Worker& worker, base::TimePoint now) {
  const auto add_sources = [&](const std::deque<ForeignSource>& sources) {
    for (const ForeignSource& source : sources) {
      add_figures(all[{source.kind, source.address}], source);
    }
  };
  if (const InfluxInput* const influx = worker.influx(); influx != nullptr) {
    for (const auto& listener : influx->udp()) {
      Figures& figures = all[{ListenerKind::InfluxUdp, listener->address()}];
      add_figures(figures, *listener);
      add_activity(figures, listener->activity(), now);
    }
    add_sources(influx->http_sources());
    add_sources(influx->udp_sources());
  }
  if (const WavefrontInput* const wavefront = worker.wavefront(); wavefront != nullptr) {
    add_sources(wavefront->http_sources());
    add_sources(wavefront->tcp_sources());
  }
}

FiguresByAddress figures_of(const Workers& workers, base::TimePoint now) {
  FiguresByAddress all;
  const auto add_kind = [&](ListenerKind kind, const auto& listeners) {
    for (const auto& listener : listeners) {
      Figures& figures = all[{kind, listener->address()}];
      add_figures(figures, *listener);
      add_activity(figures, listener->activity(), now);
    }
  };
  for (const auto& worker : workers) {
    const Listeners& open = worker->listeners();
    add_kind(ListenerKind::Udp, open.udp);
    add_kind(ListenerKind::Tcp, open.tcp);
    add_kind(ListenerKind::Unixgram, open.unixgram);
    add_kind(ListenerKind::Unixstream, open.unixstream);
    for (const LineSource& source : worker->line_sources()) {
      all[{source.kind, source.address}].lines += source.lines.value();
    }
    add_foreign(all, *worker, now);
  }
  return all;
}

void write_if_there(base::JsonWriter& json, std::string_view key,
                    std::optional<std::uint64_t> value) {
  if (value) json.key(key).count(*value);
}

}  // namespace

http::Response listeners_answer(const ApiSources& from, const http::Request& /*request*/) {
  std::string body;
  base::JsonWriter json(body);
  json.open_object().key("listeners").open_array();
  for (const auto& [place, figures] : figures_of(from.workers, base::Clock::now())) {
    json.open_object();
    json.key("transport").text(name_of(place.first));
    json.key("address").text(place.second);
    json.key("lines").count(figures.lines);
    write_if_there(json, "refused", figures.refused);
    write_if_there(json, "packets", figures.packets);
    json.key("bytes").count(figures.bytes);
    write_if_there(json, "connections", figures.connections);
    write_if_there(json, "connections_open", figures.connections_open);
    write_if_there(json, "kernel_drops", figures.kernel_drops);
    write_if_there(json, "buffer_bytes", figures.buffer_bytes);
    if (figures.buffer_used) json.key("buffer_used").number(*figures.buffer_used);
    json.key("last_seen");
    write_optional(json, figures.last ? std::optional(seconds_of(from.unix_time(*figures.last)))
                                      : std::nullopt);
    json.close_object();
  }
  json.close_array().close_object();
  return json_response(std::move(body));
}

}  // namespace weir::app
