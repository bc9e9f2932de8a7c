// SPDX-License-Identifier: Apache-2.0
#include "app/influx_out/influx_writer.h"

#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

namespace weir::app {

namespace {

namespace asio = net::asio;
using StepKind = influxwrite::StepMemory::Step;

// Series have the times at which they were made in tenths of a second, rounded down.
base::UnixTime begin_of_series() {
  return std::chrono::floor<std::chrono::milliseconds>(base::unix_now()) - metrics::kTick;
}

// Parts of the memory that are looked through in one turn.
constexpr int kPartsPerTurn = 16;

}  // namespace

InfluxWriter::InfluxWriter(asio::io_context& context, const InfluxWriteOptions& options,
                           metrics::Store& store, CollectSelf collect_self, std::uint64_t seed,
                           const base::Log& log)
    : context_(context),
      options_(options),
      store_(store),
      collect_self_(std::move(collect_self)),
      log_(log),
      memory_(begin_of_series()),
      sender_(context, options, counts_, limits_, seed, log),
      turn_timer_(context) {}

void InfluxWriter::log_start() const {
  log_.info("Writing to InfluxDB", {{"url", options_.url->text}});
}

void InfluxWriter::start() {
  is_started_ = true;
  next_turn_ = base::Clock::now();
  wait_for_turn();
  // What was saved by a process before is not what comes in the first interval.
  if (options_.layout == InfluxLayout::Micrometer) begin_pass(StepKind::FirstLook);
}

void InfluxWriter::wait_for_turn() {
  const auto interval = std::chrono::duration_cast<base::Clock::duration>(options_.interval);
  next_turn_ += interval;
  // After a time in which nothing ran.
  for (; next_turn_ < base::Clock::now(); next_turn_ += interval) ++counts_.passes_skipped;
  turn_timer_.expires_at(next_turn_);
  turn_timer_.async_wait([this](const boost::system::error_code& error) {
    // A timer that ran out just before it was cancelled reports no error.
    if (error || on_end_ || is_last_) return;
    wait_for_turn();
    if (is_busy_) {
      ++counts_.passes_skipped;
    } else {
      begin_pass(StepKind::Ordinary);
    }
  });
}

void InfluxWriter::begin_pass(StepKind kind) {
  is_busy_ = true;
  kind_ = kind;
  memory_.begin_step(kind);
  if (kind == StepKind::Ordinary) ++counts_.passes;
  auto& counts = kind == StepKind::Ordinary ? counts_.lines : ignored_;
  pass_.emplace(store_, collect_self_(), options_.layout, memory_, counts, limits_);
  continue_pass();
}

void InfluxWriter::continue_pass() {
  const bool has_more = pass_->advance([this](influxwrite::Batch batch) {
    if (kind_ == StepKind::Ordinary) sender_.push(std::move(batch));
  });
  if (!has_more) return end_pass();
  asio::post(context_, [this] { continue_pass(); });
}

void InfluxWriter::end_pass() {
  pass_.reset();
  if (options_.layout == InfluxLayout::Micrometer) return forget();
  finish();
}

void InfluxWriter::forget() {
  for (int i = 0; i < kPartsPerTurn; ++i) {
    if (memory_.forget_some()) continue;
    return finish();
  }
  asio::post(context_, [this] { forget(); });
}

void InfluxWriter::finish() {
  is_busy_ = false;
  counts_.remembered_totals = memory_.size();
  if (!on_end_) return;
  if (!std::exchange(is_last_, true)) return begin_pass(StepKind::Ordinary);
  sender_.stop(deadline_, std::exchange(on_end_, {}));
}

void InfluxWriter::stop(base::TimePoint deadline, std::function<void()> on_end) {
  turn_timer_.cancel();
  if (!is_started_) return on_end();
  deadline_ = deadline;
  on_end_ = std::move(on_end);
  // After the pass under way comes the last one.
  if (!is_busy_) finish();
}

}  // namespace weir::app
