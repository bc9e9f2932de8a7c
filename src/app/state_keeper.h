// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/name_validation.h"
#include "weir/metrics/store.h"
#include "weir/push/group_store.h"
#include "weir/state/load.h"
#include "weir/state/save.h"

namespace weir::app {

// What the self-metrics of the state file show.
struct StateCounts {
  state::LoadResult load;
  std::uint64_t saves = 0;
  std::uint64_t failures = 0;
  // Of the last save that was written; 0 before the first.
  double last_timestamp_seconds = 0;
  double last_duration_seconds = 0;
  std::uint64_t last_bytes = 0;
  std::uint64_t last_series = 0;
};

// Keeps a file with the state of the store (behaviour state.*): restores it at the start, saves in
// equal intervals and once more at the end. What fails is logged and counted, and the daemon goes
// on. Main thread, which saves in slices and never waits: the disk is another thread's, as is all
// of a restore.
class StateKeeper {
 public:
  struct Options {
    // "" for no state file.
    std::string path;
    // Between the end of a save and the beginning of the next; 0 saves at the end alone.
    std::chrono::nanoseconds interval{std::chrono::minutes(1)};
  };

  // `main`, `store` and `log` outlive it.
  StateKeeper(boost::asio::io_context& main, metrics::Store& store, Options options,
              const base::Log& log);
  ~StateKeeper();
  StateKeeper(const StateKeeper&) = delete;
  StateKeeper& operator=(const StateKeeper&) = delete;

  using OnEnd = std::function<void()>;

  // Begins to fill the store from the file. Until `on_end` is called, later and on the main thread,
  // nothing else may look at the store. Before the first worker starts and the first sweep.
  void restore(base::NameValidation names, OnEnd on_end);
  // Ends a restore that is under way: its `on_end` is called at `deadline` at the latest. The store
  // is of no use then, and the file stays as it was.
  void give_up_restore(base::TimePoint deadline);
  // Begins to save in intervals.
  void start();
  // Begins the last save: of all that was received, so after the workers have ended. Calls `on_end`
  // when it is done or has failed, at `deadline` at the latest.
  void finish(base::TimePoint deadline, OnEnd on_end);
  // The disk did not answer in time: to destroy the keeper would wait for it.
  [[nodiscard]] bool is_stuck() const {
    return is_restoring_ || (save_ != nullptr && !save_->is_done());
  }

  // Keeps what is pushed, too. Before `restore`.
  void keep(push::GroupStore* pushed) { pushed_ = pushed; }

  [[nodiscard]] const StateCounts& counts() const { return counts_; }

 private:
  void save_later();
  void begin_save();
  void begin_last_save();
  void advance();
  void advance_later();
  void end_save();
  void end_restore(const state::LoadResult& result);
  void end_at(base::TimePoint deadline);
  void end();
  void restore_pushed(const std::vector<std::string>& groups);
  void record(const state::Save& save);
  void count_failure(const std::string& error);

  boost::asio::io_context& main_;
  metrics::Store& store_;
  const Options options_;
  const base::Log& log_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer deadline_timer_;
  StateCounts counts_;
  push::GroupStore* pushed_ = nullptr;
  bool is_finishing_ = false;
  bool is_last_ = false;
  bool is_restoring_ = false;
  // Of the restore or the last save; called once.
  OnEnd on_end_;
  // The one under way.
  std::unique_ptr<state::Save> save_;
  std::jthread loader_;
};

}  // namespace weir::app
