// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

namespace weir::app {

// `weir mappings`: the mapping files that are compiled in. See `Command`.

[[nodiscard]] std::string list_mappings(std::span<const std::string> arguments);
[[nodiscard]] std::string show_mapping(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_show_mapping(std::span<const std::string> words);

}  // namespace weir::app
