// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "app/cli/options.h"
#include "app/rsocket/rsocket_counts.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/http/router.h"

namespace weir::app {

// A proxy for applications with a Prometheus RSocket client (docs/rsocket.md): they connect, and a
// scrape of /metrics/connected asks all of them. Has a thread of its own, so what they send holds
// up nothing else. Made only where a flag asks for it; used by the main thread.
class RsocketProxy {
 public:
  // All of it must outlive the proxy. Opens its sockets, and makes its key: throws StartError.
  RsocketProxy(const Options& options, boost::asio::io_context& main, const base::Log& log);
  ~RsocketProxy();
  RsocketProxy(const RsocketProxy&) = delete;
  RsocketProxy& operator=(const RsocketProxy&) = delete;

  void add_routes(http::Router& router);
  void start();
  void log_start() const;
  // Answers the scrapes under way with what has come, closes all connections, and calls `on_end`
  // once that is done.
  void stop(std::function<void()> on_end);

  // Any thread.
  [[nodiscard]] const RsocketCounts& counts() const;
  // Memory that --limits.rsocket-bytes bounds. Any thread.
  [[nodiscard]] std::size_t bytes_used() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::app
