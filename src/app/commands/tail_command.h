// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `weir tail`: lines as a daemon receives them. See `Command`. The exit code is 1 when none was
// shown.

[[nodiscard]] CommandResult tail_traffic(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_tail(std::span<const std::string> words);

}  // namespace weir::app
