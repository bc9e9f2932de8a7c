// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `weir replay`: sends what a capture holds. See `Command`. The exit code is 1 when not all of it
// was sent.

[[nodiscard]] CommandResult replay_traffic(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_replay(std::span<const std::string> words);

}  // namespace weir::app
