// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/status_line.h"

#include <string_view>

#include <fmt/core.h>

namespace weir::app {

namespace {

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::string status_line(const StatusFigures& now, const StatusFigures& before,
                        std::chrono::nanoseconds elapsed) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const double rate = seconds > 0 ? static_cast<double>(now.lines - before.lines) / seconds : 0;
  return fmt::format("{} series, {:.0f} lines/s, lost: {}, {}, {}", now.series, rate,
                     counted(now.datagrams_dropped, "datagram"), counted(now.lines_refused, "line"),
                     counted(now.samples_refused, "sample"));
}

}  // namespace weir::app
