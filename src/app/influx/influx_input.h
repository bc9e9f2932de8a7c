// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/cli/options.h"
#include "app/foreign_batch.h"
#include "app/influx/influx_counts.h"
#include "app/influx/point_intake.h"
#include "app/influx/write_handler.h"
#include "app/web/web_guard.h"
#include "weir/base/log.h"
#include "weir/http/router.h"
#include "weir/http/server.h"
#include "weir/net/datagram_listener.h"
#include "weir/net/datagram_sink.h"
#include "weir/net/open_socket.h"

namespace weir::app {

struct InfluxSockets {
  std::vector<net::BoundSocket> http;
  std::vector<net::BoundSocket> udp;
};

// Opens what the flags name. Throws StartError.
[[nodiscard]] InfluxSockets open_influx_sockets(const InfluxOptions& options);

// All that listens for clients of InfluxDB (docs/influx.md): an HTTP server of its own and UDP
// sockets, on the thread of one worker, into whose pipeline everything goes. So what they send
// holds up no scrape. Made only where a flag asks for it.
class InfluxInput {
 public:
  using FailureHandler = net::DatagramListener::FailureHandler;

  // All of it must outlive the input. Throws rulefile::ConfigError for --web.config.file, and
  // StartError.
  InfluxInput(boost::asio::io_context& context, const Options& options, InfluxSockets sockets,
              const IngestTarget& target, const base::Log& log);
  ~InfluxInput();
  InfluxInput(const InfluxInput&) = delete;
  InfluxInput& operator=(const InfluxInput&) = delete;

  void start(const FailureHandler& on_failure);
  // Takes in what the sockets hold, and answers requests under way, until `deadline`; then calls
  // `on_end`. On the thread of the context. Once.
  void stop(base::TimePoint deadline, std::function<void()> on_end);

  [[nodiscard]] const InfluxCounts& counts() const { return counts_; }
  // Null without an address for HTTP. Any thread.
  [[nodiscard]] const http::ServerStats* http_stats() const;
  // Null without --web.config.file. Any thread.
  [[nodiscard]] const DeniedRequests* denied() const;
  using UdpListeners = std::vector<std::unique_ptr<net::DatagramListener>>;
  [[nodiscard]] const UdpListeners& udp() const { return udp_; }
  // Of the sockets for HTTP, and of `udp()`, each in their order.
  [[nodiscard]] const std::deque<ForeignSource>& http_sources() const { return http_sources_; }
  [[nodiscard]] const std::deque<ForeignSource>& udp_sources() const { return udp_sources_; }

 private:
  class UdpSink;

  void add_routes();
  void open_udp(boost::asio::io_context& context, const Options& options,
                std::vector<net::BoundSocket>& sockets, const base::Log& log);
  void open_http(boost::asio::io_context& context, const Options& options,
                 std::vector<net::BoundSocket> sockets, const base::Log& log);
  [[nodiscard]] http::Protection protection();

  InfluxCounts counts_;
  // Before what uses them; none moves when others are added.
  std::deque<ForeignSource> http_sources_;
  std::deque<ForeignSource> udp_sources_;
  PointIntake intake_;
  std::deque<UdpSink> udp_sinks_;
  UdpListeners udp_;
  std::size_t body_bytes_max_;
  WriteHandler writes_;
  http::Router router_;
  std::optional<WebGuard> guard_;
  std::optional<http::Server> server_;
};

}  // namespace weir::app
