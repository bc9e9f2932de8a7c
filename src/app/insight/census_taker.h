// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "weir/base/clock.h"
#include "weir/insight/census.h"
#include "weir/metrics/series_walk.h"
#include "weir/metrics/store.h"

namespace weir::app {

// Counts the series of the store when it is asked to, in slices between which the main thread does
// other things, and keeps the answer for a while. Main thread.
class CensusTaker {
 public:
  // An answer this old will do.
  static constexpr std::chrono::seconds kFreshFor{5};

  // Null when the daemon stops first. Borrowed for the call.
  using OnEnd = std::function<void(const insight::Census*)>;

  // Both outlive it. `seed` is for hashes.
  CensusTaker(boost::asio::io_context& main, metrics::Store& store, std::uint64_t seed)
      : store_(store), seed_(seed), timer_(main) {}

  // Calls `on_end` with a census, at once if there is a fresh one.
  void ask(OnEnd on_end);
  void stop();

 private:
  void begin();
  void go_on();
  void end(const insight::Census* census);

  metrics::Store& store_;
  const std::uint64_t seed_;
  boost::asio::steady_timer timer_;
  bool is_stopped_ = false;
  std::vector<OnEnd> waiting_;
  // Of the walk under way.
  std::unique_ptr<insight::Census> counting_;
  std::unique_ptr<metrics::SeriesWalk> walk_;
  base::TimePoint begun_{};
  // The last one.
  std::unique_ptr<insight::Census> census_;
  base::TimePoint fresh_until_{};
};

}  // namespace weir::app
