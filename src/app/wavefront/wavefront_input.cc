// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/wavefront_input.h"

#include <string>
#include <utility>

#include "app/listen_plan.h"
#include "weir/net/endpoint.h"
#include "weir/statsd/line_splitter.h"

namespace weir::app {

namespace {

std::string addresses_of(const std::vector<net::BoundSocket>& sockets) {
  std::string all;
  for (const net::BoundSocket& socket : sockets) {
    if (!all.empty()) all += ',';
    all += socket.address;
  }
  return all;
}

}  // namespace

std::vector<net::BoundSocket> open_wavefront_sockets(const WavefrontOptions& options) {
  std::vector<net::BoundSocket> sockets;
  for (const std::string& address : options.tcp_addresses) {
    try {
      sockets.push_back(net::open_tcp(net::statsd_endpoint(address), net::PortSharing::Exclusive));
    } catch (const net::ListenError& error) {
      throw StartError("failed to listen for Wavefront", address, "error", error.what())
          .with_flag("--wavefront.listen-tcp");
    }
  }
  return sockets;
}

// Of one connection, whose bytes are joined into lines.
class WavefrontInput::LineSink final : public net::StreamSink {
 public:
  LineSink(WavefrontInput& input, const net::Peer& peer)
      : input_(input), sender_(peer.text()), splitter_(input.options_.pipeline.line_bytes_max) {}

  void on_bytes(std::string_view bytes, base::TimePoint now) override {
    input_.counts_.tcp_bytes.add(bytes.size());
    LineIntake::Batch batch(input_.intake_, source(), now);
    splitter_.feed(
        bytes,
        [&batch](std::string_view line, statsd::LineBytes place) {
          batch.line(line);
          if (place == statsd::LineBytes::Joined) batch.flush();
        },
        [&batch](std::string_view beginning) { batch.too_long_line(beginning); });
  }

  void on_end(base::TimePoint now) override {
    LineIntake::Batch batch(input_.intake_, source(), now);
    splitter_.finish([&batch](std::string_view line, statsd::LineBytes) {
      batch.line(line);
      batch.flush();
    });
  }

 private:
  [[nodiscard]] LineIntake::Source source() const { return {"wavefront_tcp", "sender", sender_}; }

  WavefrontInput& input_;
  const std::string sender_;
  statsd::LineSplitter splitter_;
};

WavefrontInput::WavefrontInput(boost::asio::io_context& context, const Options& options,
                               std::vector<net::BoundSocket> sockets, const IngestTarget& target,
                               const base::Log& log)
    : options_(options),
      intake_(target, options.pipeline.line_bytes_max, options.pipeline.parser.sampling_weight_max,
              counts_),
      reports_(context, options.wavefront, addresses_of(sockets), intake_, counts_) {
  // The proxy takes reports under any path.
  router_.route_subtree(
      "/", [this](const http::Request& request) { return reports_.report(request); },
      options.wavefront.body_bytes_max);
  if (!options.web_config_path.empty()) {
    guard_.emplace(options.web_config_path, context, router_, log);
  }
  http::Limits limits = options.http;
  limits.connections_max = options.wavefront.connections_max;
  limits.connections_flag = "--limits.wavefront-connections";
  server_.emplace(context, std::move(sockets), router_, limits, log,
                  guard_ ? guard_->protection() : http::Protection{},
                  [this](const net::Peer& peer) { return make_sink(peer); });
}

std::unique_ptr<net::StreamSink> WavefrontInput::make_sink(const net::Peer& peer) {
  if (!options_.tcp.allow_from.allows(peer)) {
    counts_.refused_senders.add();
    return nullptr;
  }
  counts_.tcp_connections.add();
  return std::make_unique<LineSink>(*this, peer);
}

void WavefrontInput::stop(base::TimePoint deadline, std::function<void()> on_end) {
  server_->stop(deadline, [this, on_end = std::move(on_end)] {
    reports_.give_up();
    on_end();
  });
}

}  // namespace weir::app
