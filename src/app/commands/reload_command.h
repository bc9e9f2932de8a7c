// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `weir reload`: asks the daemon of the same service to reload its mapping file and waits for what
// comes of it. See `Command`.

[[nodiscard]] CommandResult reload_daemon(std::span<const std::string> arguments);

}  // namespace weir::app
