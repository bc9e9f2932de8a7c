// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/environment.h"

#include <cstdint>
#include <unistd.h>

#include "app/systemd/variables.h"

namespace weir::app {

namespace {

constexpr std::chrono::microseconds kWatchdogMax = std::chrono::hours(24 * 365);

}  // namespace

std::optional<std::chrono::microseconds> watchdog_time(std::string_view usec, std::string_view pid,
                                                       pid_t own_pid) {
  if (!pid.empty() && decimal(pid) != static_cast<std::uint64_t>(own_pid)) return std::nullopt;
  const auto count = decimal(usec);
  if (!count || *count == 0 || *count > static_cast<std::uint64_t>(kWatchdogMax.count())) {
    return std::nullopt;
  }
  return std::chrono::microseconds(*count);
}

ServiceEnvironment service_environment() {
  return {environment_value("NOTIFY_SOCKET"),
          watchdog_time(environment_value("WATCHDOG_USEC"), environment_value("WATCHDOG_PID"),
                        ::getpid())};
}

}  // namespace weir::app
