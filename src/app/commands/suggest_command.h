// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `weir suggest CAPTURE|URL`: rules for the names of a capture, or for those that no rule of a
// daemon takes (docs/suggest.md).
[[nodiscard]] CommandResult suggest_rules(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_suggest(std::span<const std::string> words);

}  // namespace weir::app
