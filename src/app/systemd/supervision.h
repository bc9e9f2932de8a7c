// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "app/systemd/environment.h"
#include "app/systemd/notifier.h"
#include "app/systemd/progress.h"
#include "app/systemd/status_line.h"
#include "app/worker.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/metrics/store.h"

namespace weir::app {

// Knows whether the daemon is ready and whether each worker makes progress, for health checks, and
// reports both to the service manager where there is one (behaviour http.ready,
// systemd.notify and systemd.watchdog). Main thread: that it is called at all shows that HTTP is
// served.
class Supervision {
 public:
  // All must outlive it. `workers` may be filled until `start`.
  Supervision(boost::asio::io_context& main, const ServiceEnvironment& environment,
              const Workers& workers, const metrics::Store& store, const base::Log& log);

  // How often a worker has to show that it makes progress.
  [[nodiscard]] std::chrono::nanoseconds beat_period() const { return period_; }

  // What the start waits for, while HTTP is served already.
  void await(std::string_view what);
  // Once, when the sockets are open, rules and state are loaded and the workers run.
  void start();
  void begin_reload();
  void end_reload(bool has_succeeded);
  // The first reason stays. What was sent before may still be taken in. Its end comes within
  // `longest`.
  void begin_stop(std::string_view reason, std::chrono::nanoseconds longest);
  void end();

  // False before the workers run, when the store may be half filled.
  [[nodiscard]] bool has_started() const { return has_started_; }
  // Both "" when all is well.
  [[nodiscard]] const std::string& not_ready_reason() const { return not_ready_; }
  [[nodiscard]] std::string unhealthy_reason() const;

 private:
  void look_later();
  void look();
  void feed_watchdog(base::TimePoint now);
  void report_stuck();
  void report_status(base::TimePoint now);
  [[nodiscard]] StatusFigures figures() const;

  const Workers& workers_;
  const metrics::Store& store_;
  const base::Log& log_;
  const Notifier notifier_;
  const bool has_watchdog_;
  // After which a worker without progress is stuck.
  const std::chrono::nanoseconds limit_;
  const std::chrono::nanoseconds period_;
  boost::asio::steady_timer timer_;
  Progress progress_;
  std::vector<std::uint64_t> beats_;
  // HTTP is served only after the start, so that this is never seen where the start is one piece.
  std::string not_ready_ = "starting";
  bool has_started_ = false;
  bool is_stopping_ = false;
  bool has_ended_ = false;
  bool is_stuck_ = false;
  bool has_reload_failed_ = false;
  base::TimePoint fed_at_{};
  base::TimePoint status_at_{};
  StatusFigures figures_before_;
};

}  // namespace weir::app
