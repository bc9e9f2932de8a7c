// SPDX-License-Identifier: Apache-2.0
#include "app/state_keeper.h"

#include <stop_token>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

#include "weir/base/thread.h"

namespace weir::app {

namespace {

// How soon a disk that is slow is looked at again.
constexpr std::chrono::milliseconds kDiskPause{2};
// A save holds up what expires, so a disk that takes longer gets none.
constexpr std::chrono::minutes kSaveMax{1};

}  // namespace

StateKeeper::StateKeeper(boost::asio::io_context& main, metrics::Store& store, Options options,
                         const base::Log& log)
    : main_(main),
      store_(store),
      options_(std::move(options)),
      log_(log),
      timer_(main),
      deadline_timer_(main) {}

StateKeeper::~StateKeeper() = default;

void StateKeeper::restore(base::NameValidation names, OnEnd on_end) {
  on_end_ = std::move(on_end);
  is_restoring_ = true;
  loader_ = std::jthread([this, names](const std::stop_token& stop) {
    base::name_thread("weir-restore");
    const auto result = state::load(options_.path, store_, base::Instant::now(), names, log_, stop);
    boost::asio::post(main_, [this, result] { end_restore(result); });
  });
}

void StateKeeper::give_up_restore(base::TimePoint deadline) {
  if (!is_restoring_) return;
  log_.warn("Stopping before the state was restored, the state file stays as it was",
            {{"file", options_.path}});
  loader_.request_stop();
  end_at(deadline);
}

void StateKeeper::end_restore(const state::LoadResult& result) {
  loader_.join();
  is_restoring_ = false;
  counts_.load = result;
  counts_.load.pushed.clear();
  if (pushed_ != nullptr) restore_pushed(result.pushed);
  end();
}

void StateKeeper::restore_pushed(const std::vector<std::string>& groups) {
  std::size_t refused = 0;
  const base::UnixTime now = base::unix_now();
  for (const std::string& group : groups) refused += pushed_->restore(group, now) ? 0 : 1;
  if (refused == 0) return;
  log_.warn("Pushed groups of the state file are not restored: they are damaged or over a limit",
            {{"file", options_.path}, {"groups", std::to_string(refused)}});
}

void StateKeeper::end_at(base::TimePoint deadline) {
  deadline_timer_.expires_at(deadline);
  deadline_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || !on_end_) return;
    if (is_finishing_) {
      save_->give_up();
      count_failure("the disk did not answer before --limits.stop-timeout");
    }
    end();
  });
}

void StateKeeper::end() {
  deadline_timer_.cancel();
  if (const OnEnd on_end = std::exchange(on_end_, {})) on_end();
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
  const auto on_end = [this] { boost::asio::post(main_, [this] { end_save(); }); };
  save_ = std::make_unique<state::Save>(
      store_, options_.path, base::Instant::now(), on_end,
      pushed_ != nullptr ? pushed_->save() : std::vector<std::string>());
  advance();
}

void StateKeeper::advance() {
  if (save_ == nullptr) return;
  if (!is_last_ && base::Clock::now() > save_->began().monotonic + kSaveMax) {
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
  const auto save = std::exchange(save_, nullptr);
  // Too late.
  if (is_finishing_ && !on_end_) return;
  // One that made room for the last has not failed.
  if (!is_finishing_ || is_last_ || save->error().empty()) record(*save);
  if (is_last_) return end();
  if (is_finishing_) return begin_last_save();
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

void StateKeeper::finish(base::TimePoint deadline, OnEnd on_end) {
  is_finishing_ = true;
  on_end_ = std::move(on_end);
  timer_.cancel();
  end_at(deadline);
  if (save_ == nullptr) return begin_last_save();
  // Its end begins the last one.
  save_->give_up();
}

void StateKeeper::begin_last_save() {
  is_last_ = true;
  begin_save();
}

}  // namespace weir::app
