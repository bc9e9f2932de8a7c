// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/options.h"
#include "weir/doctor/check.h"

namespace weir::app {

// Whose limits are looked at.
struct Patient {
  // Of the daemon, where it was seen on this machine; else those of this process are looked at.
  std::optional<std::uint64_t> pid;
  // Of its UDP sockets, as the kernel counts them; none where no daemon says.
  std::optional<std::uint64_t> granted_buffer_bytes;
};

// The machine, and the control group of the daemon. `options.given_limits` is that of the command
// line. Reads /proc and /sys.
[[nodiscard]] std::vector<doctor::Check> examine_host(const Options& options,
                                                      const Patient& patient);

// The files that the flags name, as this process may use them.
[[nodiscard]] std::vector<doctor::Check> examine_files(const Options& options);

}  // namespace weir::app
