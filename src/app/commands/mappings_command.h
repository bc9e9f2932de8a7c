// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "app/cli/flag_help.h"

namespace weir::app {

// The first argument that asks for it.
inline constexpr std::string_view kMappingsCommand = "mappings";

// How it is called, for help texts.
[[nodiscard]] std::span<const Command> mappings_usage();

// What `weir mappings ARGUMENTS` prints; its help is for a line of `columns` characters. Throws
// FlagError, and rulefile::ConfigError for a name or a DAG id that will not do.
[[nodiscard]] std::string mappings_command(std::span<const std::string> arguments,
                                           std::size_t columns);

// Whether a command line that ends in the last of `words` calls the command, or may come to.
[[nodiscard]] bool begins_mappings_command(std::span<const std::string> words);

// What could stand at its end, a line each; `words` begin with the command.
[[nodiscard]] std::string mappings_completions(std::span<const std::string> words);

}  // namespace weir::app
