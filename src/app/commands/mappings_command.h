// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `weir mappings`: the mapping files that are compiled in. See `Command`.

[[nodiscard]] CommandResult list_mappings(std::span<const std::string> arguments);
[[nodiscard]] CommandResult show_mapping(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_show_mapping(std::span<const std::string> words);

}  // namespace weir::app
