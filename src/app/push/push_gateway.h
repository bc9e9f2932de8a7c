// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "app/cli/options.h"
#include "app/push/push_api.h"
#include "app/push/push_counts.h"
#include "app/web/web_guard.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/http/router.h"
#include "weir/http/server.h"
#include "weir/push/group_store.h"

namespace weir::app {

// Pushgateway's API on a listener of its own: what is pushed, its server and its clock. Made only
// with --push.enable. Main thread.
class PushGateway {
 public:
  // All of it must outlive the gateway. Opens its sockets: throws StartError, and
  // rulefile::ConfigError for --web.config.file.
  PushGateway(boost::asio::io_context& main, const Options& options, const base::Log& log);
  ~PushGateway();
  PushGateway(const PushGateway&) = delete;
  PushGateway& operator=(const PushGateway&) = delete;

  void use(PushApiHooks hooks) { api_.use(std::move(hooks)); }
  // Once the state is in.
  void start();
  // Answers what is under way until `deadline`; then calls `on_end`. Once.
  void stop(base::TimePoint deadline, std::function<void()> on_end);
  void log_start() const;

  [[nodiscard]] std::shared_ptr<const push::Page> page() { return store_.page(); }
  [[nodiscard]] PushCounts& counts() { return counts_; }
  [[nodiscard]] const PushCounts& counts() const { return counts_; }
  [[nodiscard]] push::GroupStore& store() { return store_; }
  [[nodiscard]] const push::GroupStore& store() const { return store_; }
  [[nodiscard]] const http::ServerStats& http_stats() const { return server_->stats(); }
  // Null without --web.config.file.
  [[nodiscard]] const DeniedRequests* denied() const;

 private:
  void expire_every_second();

  const PushOptions& options_;
  const base::Log& log_;
  PushCounts counts_;
  push::GroupStore store_;
  PushApi api_;
  boost::asio::steady_timer timer_;
  std::string shown_addresses_;
  http::Router router_;
  std::optional<WebGuard> guard_;
  std::optional<http::Server> server_;
  bool is_started_ = false;
  bool is_stopping_ = false;
};

}  // namespace weir::app
