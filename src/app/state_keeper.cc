// SPDX-License-Identifier: Apache-2.0
#include "app/state_keeper.h"

#include <thread>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

namespace weir::app {

namespace {

// How soon a disk that is slow is looked at again.
constexpr std::chrono::milliseconds kDiskPause{2};
// A save holds up what expires, so a disk that takes longer gets none.
constexpr std::chrono::minutes kSaveMax{1};

}  // namespace

StateKeeper::StateKeeper(boost::asio::io_context& main, metrics::Store& store, Options options,
                         const base::Log& log)
    : main_(main), store_(store), options_(std::move(options)), log_(log), timer_(main) {}

StateKeeper::~StateKeeper() = default;

void StateKeeper::restore(base::NameValidation names) {
  counts_.load = state::load(options_.path, store_, base::Instant::now(), names, log_);
}

void StateKeeper::start() {
  if (options_.interval.count() > 0) save_later();
}

void StateKeeper::save_later() {
  timer_.expires_after(std::chrono::duration_cast<base::Clock::duration>(options_.interval));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !is_finishing_) begin_save();
  });
}

void StateKeeper::begin_save() {
  save_ = std::make_unique<state::Save>(store_, options_.path, base::Instant::now(), [this] {
    boost::asio::post(main_, [this] { end_save(); });
  });
  advance();
}

void StateKeeper::advance() {
  if (is_finishing_ || save_ == nullptr) return;
  if (base::Clock::now() > save_->began().monotonic + kSaveMax) {
    save_->give_up();
    return;
  }
  switch (save_->advance()) {
    case state::Save::Progress::Read: return;
    case state::Save::Progress::More: boost::asio::post(main_, [this] { advance(); }); return;
    case state::Save::Progress::Waiting: advance_later(); return;
  }
}

void StateKeeper::advance_later() {
  timer_.expires_after(kDiskPause);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) advance();
  });
}

void StateKeeper::end_save() {
  if (is_finishing_ || save_ == nullptr) return;
  record(*save_);
  save_.reset();
  save_later();
}

void StateKeeper::record(const state::Save& save) {
  const std::string error = save.error();
  if (!error.empty()) return count_failure(error);
  const std::chrono::duration<double> since_epoch = save.began().unix_time.time_since_epoch();
  const std::chrono::duration<double> duration = base::Clock::now() - save.began().monotonic;
  ++counts_.saves;
  counts_.last_timestamp_seconds = since_epoch.count();
  counts_.last_duration_seconds = duration.count();
  counts_.last_bytes = save.bytes();
  counts_.last_series = save.series();
  log_.debug("State saved", {{"file", options_.path},
                             {"series", std::to_string(save.series())},
                             {"bytes", std::to_string(save.bytes())},
                             {"duration", fmt::format("{:.3f}s", duration.count())}});
}

void StateKeeper::count_failure(const std::string& error) {
  ++counts_.failures;
  log_.error("Cannot save the state", {{"file", options_.path}, {"error", error}});
}

void StateKeeper::finish(base::TimePoint deadline) {
  is_finishing_ = true;
  timer_.cancel();
  constexpr std::string_view kTooSlow = "the disk did not answer before --limits.stop-timeout";
  if (save_ != nullptr) {
    save_->give_up();
    if (!save_->wait(deadline)) return count_failure(std::string(kTooSlow));
  }
  save_ = std::make_unique<state::Save>(store_, options_.path, base::Instant::now(), [] {});
  auto progress = state::Save::Progress::More;
  while (progress != state::Save::Progress::Read && base::Clock::now() < deadline) {
    progress = save_->advance();
    if (progress == state::Save::Progress::Waiting) std::this_thread::sleep_for(kDiskPause);
  }
  if (!save_->wait(deadline)) {
    save_->give_up();
    return count_failure(std::string(kTooSlow));
  }
  record(*save_);
}

}  // namespace weir::app
