// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `weir explain`: what would become of lines, and why. See `Command`. The exit code is 1 when a
// sample of one of them would come to no series.

[[nodiscard]] CommandResult explain_lines(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_explain(std::span<const std::string> words);

}  // namespace weir::app
