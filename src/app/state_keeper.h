// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/name_validation.h"
#include "weir/metrics/store.h"
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
// on. Main thread, in slices; the disk is another thread's.
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

  // Fills the store from the file. Before the first worker starts and the first sweep.
  void restore(base::NameValidation names);
  // Begins to save in intervals.
  void start();
  // The last save: of all that was received, so after the workers have ended. Waits for the disk
  // until `deadline` at the latest.
  void finish(base::TimePoint deadline);
  // The disk did not answer in time: to destroy the keeper would wait for it.
  [[nodiscard]] bool is_stuck() const { return save_ != nullptr && !save_->is_done(); }

  [[nodiscard]] const StateCounts& counts() const { return counts_; }

 private:
  void save_later();
  void begin_save();
  void advance();
  void advance_later();
  void end_save();
  void record(const state::Save& save);
  void count_failure(const std::string& error);

  boost::asio::io_context& main_;
  metrics::Store& store_;
  const Options options_;
  const base::Log& log_;
  boost::asio::steady_timer timer_;
  StateCounts counts_;
  bool is_finishing_ = false;
  // The one under way.
  std::unique_ptr<state::Save> save_;
};

}  // namespace weir::app
