// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `doctor [--at=URL] [--format=text] [<daemon's flags>]`: what an operator would look at by hand
// when something does not arrive, each with what to do. Exit code 1 when a warning or error is
// among it.

[[nodiscard]] CommandResult examine(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_doctor(std::span<const std::string> words);

}  // namespace weir::app
