// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/supervision.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "app/cli/flag_values.h"

namespace weir::app {

namespace {

// For health checks where no watchdog says otherwise.
constexpr std::chrono::seconds kLimitDefault{30};
constexpr std::chrono::nanoseconds kPeriodMin = std::chrono::milliseconds(1);
constexpr std::chrono::nanoseconds kPeriodMax = std::chrono::seconds(1);
// At least this many within the limit, so that one late look decides nothing.
constexpr int kLooksInLimitMin = 8;
constexpr std::chrono::seconds kStatusInterval{5};

std::uint64_t sum_of(const auto& tallies) {
  std::uint64_t sum = 0;
  for (const auto& tally : tallies) sum += tally.value();
  return sum;
}

std::uint64_t sum_of(const pipeline::NamedTallies& tallies) {
  std::uint64_t sum = 0;
  tallies.visit([&sum](auto /*kind*/, const auto& /*name*/, std::uint64_t count) { sum += count; });
  return sum;
}

void add(StatusFigures& figures, const Worker& worker) {
  const pipeline::Ledger& ledger = worker.ledger();
  figures.lines += ledger.lines.value();
  figures.lines_refused += sum_of(ledger.rejections) + ledger.lines_too_long.value();
  figures.samples_refused +=
      sum_of(ledger.errors) + sum_of(ledger.conflicts) + sum_of(ledger.refused);
  for (const auto& listener : worker.listeners().udp) {
    figures.datagrams_dropped += listener->stats().kernel_drops.value();
  }
}

std::chrono::nanoseconds period_for(std::chrono::nanoseconds limit) {
  return std::clamp(limit / kLooksInLimitMin, kPeriodMin, kPeriodMax);
}

}  // namespace

Supervision::Supervision(boost::asio::io_context& main, const ServiceEnvironment& environment,
                         const Workers& workers, const metrics::Store& store, const base::Log& log)
    : workers_(workers),
      store_(store),
      log_(log),
      notifier_(environment.notify_socket),
      has_watchdog_(environment.watchdog_time.has_value() && notifier_.is_on()),
      limit_(environment.watchdog_time.value_or(kLimitDefault)),
      period_(period_for(limit_)),
      timer_(main),
      progress_(
          static_cast<std::size_t>((limit_ + period_ - std::chrono::nanoseconds(1)) / period_)) {}

void Supervision::await(std::string_view what) {
  not_ready_ = what;
  notifier_.send(fmt::format("STATUS={}", what));
}

void Supervision::start() {
  not_ready_.clear();
  has_started_ = true;
  status_at_ = base::Clock::now();
  figures_before_ = figures();
  notifier_.send("READY=1\nSTATUS=ready");
  look_later();
}

void Supervision::begin_reload() {
  if (!notifier_.is_on() || !has_started_ || is_stopping_) return;
  const auto now = base::Clock::now().time_since_epoch();
  notifier_.send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=reloading the mapping file",
                             std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

void Supervision::end_reload(bool has_succeeded) {
  has_reload_failed_ = !has_succeeded;
  // Before the start READY=1 would be a lie.
  if (!has_started_ || is_stopping_) return;
  notifier_.send(has_succeeded
                     ? "READY=1\nSTATUS=mapping file reloaded"
                     : "READY=1\nSTATUS=the mapping file could not be reloaded, the rules before "
                       "it stay in use: see the log");
}

void Supervision::begin_stop(std::string_view reason, std::chrono::nanoseconds longest) {
  if (is_stopping_) return;
  is_stopping_ = true;
  not_ready_ = reason;
  // Has effect where it is longer than the unit's TimeoutStopSec=.
  notifier_.send(
      fmt::format("STOPPING=1\nSTATUS={}\nEXTEND_TIMEOUT_USEC={}", reason,
                  std::chrono::duration_cast<std::chrono::microseconds>(longest).count()));
}

void Supervision::end() {
  has_ended_ = true;
  timer_.cancel();
}

std::string Supervision::unhealthy_reason() const {
  const auto stuck = progress_.stuck();
  if (!stuck || is_stopping_) return {};
  return fmt::format("worker {} has made no progress for {}", *stuck, duration_text(limit_));
}

void Supervision::look_later() {
  timer_.expires_after(period_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    // A timer that ran out just before it was cancelled reports no error.
    if (error || has_ended_) return;
    look();
    look_later();
  });
}

void Supervision::look() {
  beats_.clear();
  for (const auto& worker : workers_) beats_.push_back(worker->beats());
  progress_.look(beats_);
  const base::TimePoint now = base::Clock::now();
  feed_watchdog(now);
  report_stuck();
  report_status(now);
}

// A worker that takes in what is left at a stop does not beat meanwhile; how long that may take has
// a limit of its own.
void Supervision::feed_watchdog(base::TimePoint now) {
  if (!has_watchdog_ || now - fed_at_ < limit_ / 2) return;
  if (!is_stopping_ && !progress_.take_all_beaten()) return;
  fed_at_ = now;
  notifier_.send("WATCHDOG=1");
}

void Supervision::report_stuck() {
  const std::string reason = unhealthy_reason();
  const bool was_stuck = std::exchange(is_stuck_, !reason.empty());
  if (is_stuck_ == was_stuck) return;
  if (is_stuck_) {
    log_.error("not healthy", {{"reason", reason}});
  } else if (!is_stopping_) {
    log_.info("healthy again");
  }
}

void Supervision::report_status(base::TimePoint now) {
  if (!notifier_.is_on() || is_stopping_ || now - status_at_ < kStatusInterval) return;
  const StatusFigures current = figures();
  const std::string line = status_line(current, figures_before_, now - status_at_);
  notifier_.send(fmt::format("STATUS={}{}", line,
                             has_reload_failed_ ? "; the last reload failed, see the log" : ""));
  figures_before_ = current;
  status_at_ = now;
}

StatusFigures Supervision::figures() const {
  StatusFigures sum;
  sum.series = store_.counts().series;
  for (const auto& worker : workers_) add(sum, *worker);
  return sum;
}

}  // namespace weir::app
