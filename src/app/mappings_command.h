// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weir::app {

// The first argument that asks for it.
inline constexpr std::string_view kMappingsCommand = "mappings";

// How the command is called, as a section of help texts.
[[nodiscard]] std::string_view commands_text();

// What `weir mappings ARGUMENTS` prints. Throws FlagError, and mapping::ConfigError for a name or a
// DAG id that will not do.
[[nodiscard]] std::string mappings_command(std::span<const std::string> arguments);

}  // namespace weir::app
