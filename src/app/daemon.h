// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "app/cli/options.h"
#include "app/insight/census_taker.h"
#include "app/insight/monitor.h"
#include "app/listen_plan.h"
#include "app/mapping_watch.h"
#include "app/memory_limit.h"
#include "app/reloader.h"
#include "app/state_keeper.h"
#include "app/suggester.h"
#include "app/systemd/inherited_sockets.h"
#include "app/systemd/reload_socket.h"
#include "app/systemd/supervision.h"
#include "app/systems.h"
#include "app/tap/tap_handler.h"
#include "app/web/explain_handler.h"
#include "app/web/scrape_handler.h"
#include "app/web/web_guard.h"
#include "app/worker.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/http/router.h"
#include "weir/http/server.h"
#include "weir/metrics/scrape.h"
#include "weir/metrics/store.h"

namespace weir::app {

// The whole program. Some parts hold references to parts that are made later, and use them only in
// `run`. The main thread runs signals, timers and HTTP; each worker has a thread of its own.
class Daemon {
 public:
  // Loads the mapping and opens every socket. Throws rulefile::ConfigError and StartError.
  // `memory` is what its budgets were derived from.
  Daemon(const Options& options, MemoryLimit memory, const base::Log& log);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Serves until a signal, a quit request or a failure; returns the exit code.
  int run();

 private:
  [[nodiscard]] http::Router routes();
  void open_workers(ListenSockets inherited);
  void open_http(std::vector<net::BoundSocket> inherited);
  void end_restore();
  void begin_ingest();
  void start_workers();
  void reload(Reloader::OnEnd on_end = {});
  std::unique_ptr<MappingWatch> mapping_watch();
  std::unique_ptr<ReloadSocket> reload_socket();
  [[nodiscard]] std::vector<metrics::SelfFamily> self_metrics() const;
  void watch_signals();
  void on_signal(int number);
  void sweep_every_second();
  void finish_expiry_soon();
  void quit(int exit_code, std::string_view reason);
  void stop();
  void stop_workers();
  void finish_stop();
  void save_state();
  void stop_http();
  [[nodiscard]] base::Clock::duration save_time_max() const;

  const Options& options_;
  const MemoryLimit memory_;
  const base::Log& log_;
  const base::Instant started_;
  metrics::Store store_;
  Workers workers_;
  ScrapeHandler scrape_handler_;
  ExplainHandler explain_handler_;
  TapHandler tap_handler_;
  // Answers cut off at the end are destroyed with the context and are still counted by the
  // scrape handler, release the store and end taps, which are therefore declared before it.
  boost::asio::io_context main_;
  Monitor monitor_;
  CensusTaker census_;
  Suggester suggester_;
  http::Router router_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer sweep_timer_;
  boost::asio::steady_timer finish_timer_;
  // Looks at the file before it is loaded.
  std::unique_ptr<MappingWatch> watch_;
  Reloader reloader_;
  Supervision supervision_;
  ListenAddresses addresses_;
  // For the log.
  ShownAddresses shown_addresses_;
  std::optional<WebGuard> guard_;
  // Null without a state file.
  std::unique_ptr<StateKeeper> state_;
  Systems systems_;
  std::optional<http::Server> server_;
  // Null without a folder for it.
  std::unique_ptr<ReloadSocket> reload_socket_;
  // The state is in, and the workers run.
  bool is_ingesting_ = false;
  bool is_stopping_ = false;
  base::TimePoint stop_deadline_{};
  std::size_t workers_drained_ = 0;
  int exit_code_ = 0;
};

}  // namespace weir::app
