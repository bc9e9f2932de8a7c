// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace weir::app {

// What a service manager says to the process it starts (sd_notify(3), sd_watchdog_enabled(3)).
struct ServiceEnvironment {
  // Where it takes messages, as $NOTIFY_SOCKET has it; "" where there is none.
  std::string notify_socket;
  // How long it waits for a sign of life; nothing when it does not wait.
  std::optional<std::chrono::microseconds> watchdog_time;
};

// Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID. While there is one thread.
[[nodiscard]] ServiceEnvironment service_environment();

// `usec` and `pid` as the environment has them, "" where it has none; `own_pid` is this process.
// Nothing when they are no numbers, `usec` is 0 or beyond a year, or another process is meant.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_time(std::string_view usec,
                                                                     std::string_view pid,
                                                                     pid_t own_pid);

}  // namespace weir::app
