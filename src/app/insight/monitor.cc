// SPDX-License-Identifier: Apache-2.0
#include "app/insight/monitor.h"

#include <utility>

#include "app/insight/totals.h"
#include "app/web/process_metrics.h"
#include "weir/base/clock.h"

namespace weir::app {

void Monitor::start() {
  is_running_ = true;
  note_history();
}

void Monitor::stop() {
  is_running_ = false;
  history_timer_.cancel();
}

void Monitor::note_history() {
  const Totals totals = read_totals(workers_);
  const auto losses = read_losses(workers_);
  insight::HistoryPoint point{.lines = totals.lines,
                              .datagrams = totals.datagrams,
                              .losses = {losses.begin(), losses.end()},
                              .series = store_.counts().series,
                              .resident_bytes = read_resident_bytes(),
                              .scrape_seconds = std::nullopt};
  if (const auto& last = scrapes_.counts().last) point.scrape_seconds = last->seconds;
  history_.add(std::move(point), base::Instant::now());
  history_timer_.expires_after(insight::History::kStep);
  history_timer_.async_wait([this](const boost::system::error_code& error) {
    // A timer that ran out just before it was cancelled reports no error.
    if (!error && is_running_) note_history();
  });
}

}  // namespace weir::app
