// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "app/cli/options.h"
#include "app/foreign_batch.h"
#include "app/wavefront/line_intake.h"
#include "app/wavefront/report_handler.h"
#include "app/wavefront/wavefront_counts.h"
#include "app/web/web_guard.h"
#include "weir/base/log.h"
#include "weir/http/router.h"
#include "weir/http/server.h"
#include "weir/net/open_socket.h"
#include "weir/net/stream_sink.h"

namespace weir::app {

// Opens what the flag names. Throws StartError.
[[nodiscard]] std::vector<net::BoundSocket> open_wavefront_sockets(const WavefrontOptions& options);

// All that listens for clients of Wavefront (docs/wavefront.md): a server for HTTP and lines, on
// the thread of one worker, into whose pipeline everything goes. Made only where a flag asks for
// it.
class WavefrontInput {
 public:
  // All of it must outlive the input. Throws rulefile::ConfigError for --web.config.file.
  WavefrontInput(boost::asio::io_context& context, const Options& options,
                 std::vector<net::BoundSocket> sockets, const IngestTarget& target,
                 const base::Log& log);
  WavefrontInput(const WavefrontInput&) = delete;
  WavefrontInput& operator=(const WavefrontInput&) = delete;

  void start() { server_->start(); }
  // Takes in what the sockets hold, and answers requests under way, until `deadline`; then calls
  // `on_end`. On the thread of the context. Once.
  void stop(base::TimePoint deadline, std::function<void()> on_end);

  [[nodiscard]] const WavefrontCounts& counts() const { return counts_; }
  // Of each socket two.
  [[nodiscard]] const std::deque<ForeignSource>& http_sources() const { return http_sources_; }
  [[nodiscard]] const std::deque<ForeignSource>& tcp_sources() const { return tcp_sources_; }
  // Any thread.
  [[nodiscard]] const http::ServerStats& stats() const { return server_->stats(); }
  // Null without --web.config.file. Any thread.
  [[nodiscard]] const DeniedRequests* denied() const {
    return guard_ ? &guard_->denied() : nullptr;
  }

 private:
  class LineSink;

  std::unique_ptr<net::StreamSink> make_sink(const http::ConnectionOrigin& origin);

  const Options& options_;
  WavefrontCounts counts_;
  // None moves.
  std::deque<ForeignSource> http_sources_;
  std::deque<ForeignSource> tcp_sources_;
  LineIntake intake_;
  ReportHandler reports_;
  http::Router router_;
  std::optional<WebGuard> guard_;
  std::optional<http::Server> server_;
};

}  // namespace weir::app
