// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/wavefront_input.h"

#include <string>
#include <utility>

#include "app/listen_plan.h"
#include "weir/net/endpoint.h"
#include "weir/statsd/line_splitter.h"

namespace weir::app {

namespace {

std::deque<ForeignSource> sources_of(const std::vector<net::BoundSocket>& sockets,
                                     ListenerKind kind) {
  std::deque<ForeignSource> sources;
  for (const net::BoundSocket& socket : sockets) sources.emplace_back(kind, socket.address);
  return sources;
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
  LineSink(WavefrontInput& input, const ForeignOrigin& origin)
      : input_(input), origin_(origin), splitter_(input.options_.pipeline.line_bytes_max) {}

  void on_bytes(std::string_view bytes, base::TimePoint now) override {
    input_.counts_.tcp_bytes.add(bytes.size());
    origin_.source->bytes.add(bytes.size());
    LineIntake::Batch batch(input_.intake_, origin_, bytes, now);
    splitter_.feed(
        bytes,
        [&batch](std::string_view line, statsd::LineBytes place) {
          batch.line(line);
          if (place == statsd::LineBytes::Joined) batch.flush();
        },
        [&batch](std::string_view beginning) { batch.too_long_line(beginning); });
  }

  void on_end(base::TimePoint now) override {
    LineIntake::Batch batch(input_.intake_, origin_, {}, now);
    splitter_.finish([&batch](std::string_view line, statsd::LineBytes) {
      batch.line(line);
      batch.flush();
    });
  }

 private:
  WavefrontInput& input_;
  const ForeignOrigin origin_;
  statsd::LineSplitter splitter_;
};

WavefrontInput::WavefrontInput(boost::asio::io_context& context, const Options& options,
                               std::vector<net::BoundSocket> sockets, const IngestTarget& target,
                               const base::Log& log)
    : options_(options),
      http_sources_(sources_of(sockets, ListenerKind::WavefrontHttp)),
      tcp_sources_(sources_of(sockets, ListenerKind::WavefrontTcp)),
      intake_(target, options.pipeline.line_bytes_max, options.pipeline.parser.sampling_weight_max,
              counts_),
      reports_(context, options.wavefront, http_sources_, intake_, counts_) {
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
  if (options.tcp.idle_timeout.count() > 0) limits.idle_timeout = options.tcp.idle_timeout;
  server_.emplace(context, std::move(sockets), router_, limits, log,
                  guard_ ? guard_->protection() : http::Protection{},
                  [this](const http::ConnectionOrigin& origin) { return make_sink(origin); });
}

std::unique_ptr<net::StreamSink> WavefrontInput::make_sink(const http::ConnectionOrigin& origin) {
  if (!options_.tcp.allow_from.allows(origin.peer)) {
    counts_.refused_senders.add();
    return nullptr;
  }
  counts_.tcp_connections.add();
  ForeignSource& source = tcp_sources_.at(origin.socket);
  source.connections.add();
  return std::make_unique<LineSink>(*this, ForeignOrigin{&source, origin.peer});
}

void WavefrontInput::stop(base::TimePoint deadline, std::function<void()> on_end) {
  server_->stop(deadline, [this, on_end = std::move(on_end)] {
    reports_.give_up();
    on_end();
  });
}

}  // namespace weir::app
