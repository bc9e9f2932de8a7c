// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "weir/net/open_socket.h"

namespace weir::app {

// SIGINT and SIGTERM for a command that ends in its own time: as long as this lives they do not end
// the process, but are waited for. For a process of one thread.
class StopSignal {
 public:
  // What a wait for a descriptor ended with.
  enum class Event { Ready, Stopped, TimedOut };

  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // Can be read once one of them has come; not to be read.
  [[nodiscard]] int fd() const { return signals_.get(); }
  // True once one of them has come.
  [[nodiscard]] bool has_come();
  // Waits for `events` of poll(2) at `fd`, or with -1 for nothing but the signal. A negative
  // `timeout` is none.
  [[nodiscard]] Event wait(int fd, short events, std::chrono::nanoseconds timeout);

 private:
  net::Descriptor signals_;
  bool has_come_ = false;
};

}  // namespace weir::app
