// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `weir capture`: raw traffic to a file, within bounds. See `Command`. The exit code is 1 when
// something was lost.

[[nodiscard]] CommandResult capture_traffic(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_capture(std::span<const std::string> words);

}  // namespace weir::app
