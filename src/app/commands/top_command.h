// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `top URL [--interval=2s] [--once] [--format=text]`: what a daemon takes in and loses, on a full
// screen; once and as plain text or JSON where there is no terminal. Exit code 1 when it loses
// something or is not ready, then.

[[nodiscard]] CommandResult show_top(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_top(std::span<const std::string> words);

}  // namespace weir::app
