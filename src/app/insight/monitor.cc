// SPDX-License-Identifier: Apache-2.0
#include "app/insight/monitor.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/insight/totals.h"
#include "app/web/process_metrics.h"

namespace weir::app {

namespace {

// Between two looks at the clock.
constexpr int kLinesPerStep = 16;

insight::TrafficOptions traffic_options(const Options& options) {
  const pipeline::PipelineOptions& lines = options.pipeline;
  return {.dialects = lines.dialects,
          .parser = lines.parser,
          .limits = {lines.labels_max, lines.series_bytes_max},
          .counters = {lines.refuses_non_finite_counters},
          .names = lines.names};
}

}  // namespace

Monitor::Monitor(boost::asio::io_context& main, const Options& options, const Workers& workers,
                 const metrics::Store& store, const ScrapeHandler& scrapes)
    : traffic_options_(traffic_options(options)),
      workers_(workers),
      store_(store),
      scrapes_(scrapes),
      refresh_timer_(main),
      rules_timer_(main),
      history_timer_(main) {}

void Monitor::start(const Reloader::Rules& rules) {
  is_running_ = true;
  traffic_ = std::make_unique<insight::Traffic>(traffic_options_, rules);
  use_rules(rules);
  refresh_later();
  look_at_rules_later();
  note_history();
}

void Monitor::stop() {
  is_running_ = false;
  refresh_timer_.cancel();
  rules_timer_.cancel();
  history_timer_.cancel();
}

void Monitor::use_rules(const Reloader::Rules& rules) {
  if (!traffic_) return;
  traffic_->use_rules(rules);
  generation_ = rules->generation;
  rule_use_.begin(rules->rules->rules().size());
}

// A worker that has not taken the rules yet has no counts of theirs.
void Monitor::look_at_rules() {
  std::vector<std::uint64_t> sums(rule_use_.records().size());
  for (const auto& worker : workers_) {
    const auto counts = worker->rule_counts();
    if (counts->generation() != generation_) continue;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += counts->taken_by(i);
  }
  rule_use_.look(sums, base::unix_now());
}

void Monitor::look_at_rules_later() {
  rules_timer_.expires_after(kRulesPeriod);
  rules_timer_.async_wait([this](const boost::system::error_code& error) {
    // A timer that ran out just before it was cancelled reports no error.
    if (error || !is_running_) return;
    look_at_rules();
    look_at_rules_later();
  });
}

void Monitor::refresh() {
  if (!traffic_) return;
  look_at_rules();
  take_picked();
}

void Monitor::take_picked() {
  const base::Instant now = base::Instant::now();
  const base::TimePoint deadline = now.monotonic + kRefreshTime;
  std::vector<insight::RefusedLine> refused;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    Worker& worker = *workers_[(next_worker_ + i) % workers_.size()];
    auto of_worker = worker.refusal_sampler().take();
    std::ranges::move(of_worker, std::back_inserter(refused));
    if (base::Clock::now() < deadline) take_lines(worker, now, deadline);
  }
  next_worker_ = (next_worker_ + 1) % workers_.size();
  std::ranges::stable_sort(refused, {}, &insight::RefusedLine::time);
  for (auto& line : refused) refused_.add(std::move(line));
}

bool Monitor::take_lines(Worker& worker, base::Instant now, base::TimePoint deadline) {
  const auto take = [&](const insight::SampledLine& line) { traffic_->take(line, now.unix_time); };
  while (base::Clock::now() < deadline) {
    for (int i = 0; i < kLinesPerStep; ++i) {
      if (!worker.sampler().ring().pop(take)) return true;
    }
  }
  return false;
}

void Monitor::refresh_later() {
  refresh_timer_.expires_after(kRefreshPeriod);
  refresh_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || !is_running_) return;
    take_picked();
    refresh_later();
  });
}

std::uint64_t Monitor::lines_skipped() const {
  std::uint64_t skipped = 0;
  for (const auto& worker : workers_) skipped += worker->sampler().skipped().value();
  return skipped;
}

bool Monitor::has_all_lines() const {
  return traffic_ && traffic_->has_all_lines() && lines_skipped() == 0;
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
    if (!error && is_running_) note_history();
  });
}

}  // namespace weir::app
