// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace weir::app {

// What the daemon has done so far, as its status shows it.
struct StatusFigures {
  std::uint64_t series = 0;
  std::uint64_t lines = 0;
  std::uint64_t datagrams_dropped = 0;  // by the kernel
  std::uint64_t lines_refused = 0;      // malformed or too long
  std::uint64_t samples_refused = 0;    // by a rule, a conflict or a budget
};

// One line for `systemctl status`: `12 series, 340 lines/s, lost: 0 datagrams, 1 line, 0 samples`.
// `before` was read `elapsed` earlier.
[[nodiscard]] std::string status_line(const StatusFigures& now, const StatusFigures& before,
                                      std::chrono::nanoseconds elapsed);

}  // namespace weir::app
