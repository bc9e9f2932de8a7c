// SPDX-License-Identifier: Apache-2.0
#include "app/influx/influx_input.h"

#include <limits>
#include <utility>

#include "app/influx/influx_answers.h"
#include "app/listen_plan.h"
#include "weir/net/endpoint.h"

namespace weir::app {

namespace {

// Of a form with a query.
constexpr std::size_t kQueryBytesMax = 65'536;

template <typename Open>
std::vector<net::BoundSocket> open_all(const std::vector<std::string>& addresses,
                                       std::string_view flag, const Open& open) {
  std::vector<net::BoundSocket> sockets;
  for (const std::string& address : addresses) {
    try {
      sockets.push_back(open(net::statsd_endpoint(address), net::PortSharing::Exclusive));
    } catch (const net::ListenError& error) {
      throw StartError("failed to listen for InfluxDB", address, "error", error.what())
          .with_flag(flag);
    }
  }
  return sockets;
}

std::deque<ForeignSource> sources_of(const std::vector<net::BoundSocket>& sockets,
                                     ListenerKind kind) {
  std::deque<ForeignSource> sources;
  for (const net::BoundSocket& socket : sockets) sources.emplace_back(kind, socket.address);
  return sources;
}

}  // namespace

InfluxSockets open_influx_sockets(const InfluxOptions& options) {
  return {open_all(options.http_addresses, "--influx.listen-http", net::open_tcp),
          open_all(options.udp_addresses, "--influx.listen-udp", net::open_udp)};
}

// Every datagram by itself: where its line ends, so does the datagram.
class InfluxInput::UdpSink final : public net::DatagramSink {
 public:
  UdpSink(const IngestTarget& target, PointIntake& intake, ForeignSource& source)
      : target_(target), intake_(intake), source_(source) {}

  void on_datagrams(std::span<const std::string_view> datagrams, const net::Senders& senders,
                    base::TimePoint now) override {
    for (std::size_t i = 0; i < datagrams.size(); ++i) {
      std::string_view text = datagrams[i];
      intake_.take(text, text.size(), influx::Precision::Nanoseconds, now,
                   {&source_, senders.peer(i)}, nullptr);
    }
  }
  [[nodiscard]] bool wants_all_senders() const override { return wants_senders(target_); }

 private:
  const IngestTarget target_;
  PointIntake& intake_;
  ForeignSource& source_;
};

InfluxInput::InfluxInput(boost::asio::io_context& context, const Options& options,
                         InfluxSockets sockets, const IngestTarget& target, const base::Log& log)
    : http_sources_(sources_of(sockets.http, ListenerKind::InfluxHttp)),
      udp_sources_(sources_of(sockets.udp, ListenerKind::InfluxUdp)),
      intake_(target, options.pipeline.line_bytes_max, counts_),
      body_bytes_max_(options.influx.body_bytes_max),
      writes_(context, options.influx, http_sources_, intake_, counts_) {
  for (ForeignSource& source : udp_sources_) udp_sinks_.emplace_back(target, intake_, source);
  open_udp(context, options, sockets.udp, log);
  if (!sockets.http.empty()) open_http(context, options, std::move(sockets.http), log);
}

InfluxInput::~InfluxInput() = default;

void InfluxInput::open_udp(boost::asio::io_context& context, const Options& options,
                           std::vector<net::BoundSocket>& sockets, const base::Log& log) {
  udp_.reserve(sockets.size());
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    try {
      udp_.push_back(std::make_unique<net::DatagramListener>(context, std::move(sockets[i]),
                                                             options.datagram, udp_sinks_[i], log));
    } catch (const net::ListenError& error) {
      throw start_error(ListenerKind::InfluxUdp, error);
    }
  }
}

void InfluxInput::open_http(boost::asio::io_context& context, const Options& options,
                            std::vector<net::BoundSocket> sockets, const base::Log& log) {
  add_routes();
  if (!options.web_config_path.empty()) {
    guard_.emplace(options.web_config_path, context, router_, log);
  }
  http::Limits limits = options.http;
  limits.connections_max = options.influx.connections_max;
  limits.connections_flag = "--limits.influx-connections";
  server_.emplace(context, std::move(sockets), router_, limits, log, protection());
}

void InfluxInput::add_routes() {
  const auto write = [this](InfluxApi api) {
    return [this, api](const http::Request& request) { return writes_.write(request, api); };
  };
  router_.route("/write", write(InfluxApi::V1), body_bytes_max_);
  router_.route("/api/v2/write", write(InfluxApi::V2), body_bytes_max_);
  router_.route("/ping", [](const http::Request&) { return influx_done(); });
  router_.route("/health", [](const http::Request&) { return influx_health(); });
  router_.route("/query", influx_query, kQueryBytesMax);
}

http::Protection InfluxInput::protection() {
  if (!guard_) return {};
  http::Protection protection = guard_->protection();
  protection.front = [guarded = std::move(protection.front)](http::Request& request) {
    use_influx_credentials(request);
    return guarded(request);
  };
  return protection;
}

void InfluxInput::start(const FailureHandler& on_failure) {
  for (const auto& listener : udp_) listener->start(on_failure);
  if (server_) server_->start();
}

void InfluxInput::stop(base::TimePoint deadline, std::function<void()> on_end) {
  for (const auto& listener : udp_) {
    listener->drain(deadline);
    listener->stop();
  }
  if (!server_) return on_end();
  server_->stop(deadline, [this, on_end = std::move(on_end)] {
    writes_.give_up();
    on_end();
  });
}

const http::ServerStats* InfluxInput::http_stats() const {
  return server_ ? &server_->stats() : nullptr;
}

const DeniedRequests* InfluxInput::denied() const {
  return guard_ && server_ ? &guard_->denied() : nullptr;
}

}  // namespace weir::app
