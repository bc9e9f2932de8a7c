// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "app/cli/options.h"
#include "app/reloader.h"
#include "app/web/scrape_handler.h"
#include "app/worker.h"
#include "weir/base/clock.h"
#include "weir/insight/history.h"
#include "weir/insight/refused_lines.h"
#include "weir/insight/rule_use.h"
#include "weir/insight/traffic.h"
#include "weir/metrics/store.h"

namespace weir::app {

// Looks at the daemon while it runs, so that it can say what it is sent (docs/api.md): at the lines
// that the workers pick, and at their counts. Main thread.
class Monitor {
 public:
  // All outlive it; `workers` may be filled until `start`.
  Monitor(boost::asio::io_context& main, const Options& options, const Workers& workers,
          const metrics::Store& store, const ScrapeHandler& scrapes);

  // When the workers run.
  void start(const Reloader::Rules& rules);
  void stop();
  void use_rules(const Reloader::Rules& rules);

  // Takes what the workers have picked and counted so far, as far as that can be done in no time to
  // speak of. Done several times in a few seconds anyway.
  void refresh();

  [[nodiscard]] const insight::History& history() const { return history_; }
  [[nodiscard]] const insight::RefusedLines& refused() const { return refused_; }
  // Null before the start.
  [[nodiscard]] const insight::Traffic* traffic() const { return traffic_.get(); }
  // Exact, and looked at once a second.
  [[nodiscard]] const insight::RuleUse& rule_use() const { return rule_use_; }
  // Every line was looked at.
  [[nodiscard]] bool has_all_lines() const;
  // Lines that were not looked at though it was their turn.
  [[nodiscard]] std::uint64_t lines_skipped() const;

 private:
  static constexpr std::chrono::milliseconds kRefreshPeriod{250};
  static constexpr std::chrono::seconds kRulesPeriod{1};
  // Of a refresh: what is not taken by then waits for the next.
  static constexpr std::chrono::milliseconds kRefreshTime{5};

  void take_picked();
  void refresh_later();
  // False when the time is up.
  bool take_lines(Worker& worker, base::Instant now, base::TimePoint deadline);
  void look_at_rules();
  void look_at_rules_later();
  void note_history();

  const insight::TrafficOptions traffic_options_;
  const Workers& workers_;
  const metrics::Store& store_;
  const ScrapeHandler& scrapes_;
  boost::asio::steady_timer refresh_timer_;
  boost::asio::steady_timer rules_timer_;
  boost::asio::steady_timer history_timer_;
  bool is_running_ = false;
  // The first to be asked for its lines: each in turn.
  std::size_t next_worker_ = 0;
  std::unique_ptr<insight::Traffic> traffic_;
  // Which rules are in use.
  std::uint32_t generation_ = 0;
  insight::RuleUse rule_use_;
  insight::RefusedLines refused_;
  insight::History history_;
};

}  // namespace weir::app
