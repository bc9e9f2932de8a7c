// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "app/web/scrape_handler.h"
#include "app/worker.h"
#include "weir/insight/history.h"
#include "weir/metrics/store.h"

namespace weir::app {

// Looks at the daemon while it runs, so that it can say what it is sent (docs/api.md). Main thread.
class Monitor {
 public:
  // All outlive it; `workers` may be filled until `start`.
  Monitor(boost::asio::io_context& main, const Workers& workers, const metrics::Store& store,
          const ScrapeHandler& scrapes)
      : workers_(workers), store_(store), scrapes_(scrapes), history_timer_(main) {}

  // When the workers run.
  void start();
  void stop();

  [[nodiscard]] const insight::History& history() const { return history_; }

 private:
  void note_history();

  const Workers& workers_;
  const metrics::Store& store_;
  const ScrapeHandler& scrapes_;
  boost::asio::steady_timer history_timer_;
  bool is_running_ = false;
  insight::History history_;
};

}  // namespace weir::app
