// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include <boost/asio/steady_timer.hpp>

#include "weir/base/tally.h"

namespace boost::asio {
class io_context;
}

namespace weir::app {

// Counts from inside an event loop, once in each period, so that another thread sees that the loop
// goes round. Not for how much it does. Runs on the thread of the io_context, which must outlive
// it; `beats` may be read from any.
class Heartbeat {
 public:
  explicit Heartbeat(boost::asio::io_context& context) : timer_(context) {}

  // Before the context runs, or on its thread.
  void start(std::chrono::nanoseconds period);
  void stop();

  [[nodiscard]] std::uint64_t beats() const { return beats_.value(); }

 private:
  void beat_later();

  boost::asio::steady_timer timer_;
  std::chrono::nanoseconds period_{0};
  bool has_stopped_ = false;
  base::Tally beats_;
};

}  // namespace weir::app
