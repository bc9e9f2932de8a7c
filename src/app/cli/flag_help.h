// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "app/cli/flags.h"
#include "app/commands/command.h"

namespace weir::app {

// What the flags that describe flags print, laid out as the reference's (behaviour flag.help).

// The commands as a section of `--help`. The reference has none, so it comes after the flags.
[[nodiscard]] std::string commands_text(std::span<const Command> commands, std::size_t columns);

// `--help`, for a line of `columns` characters; too few for words turn wrapping off.
[[nodiscard]] std::string usage_text(std::span<const Flag> flags, std::string_view program,
                                     std::size_t columns);

// `--help-long`: the same, for commands have no flags that could say more.
[[nodiscard]] std::string long_usage_text(std::span<const Flag> flags, std::string_view program,
                                          std::size_t columns);

// `--help-man`: a page for man(1).
[[nodiscard]] std::string man_page(std::span<const Flag> flags, std::span<const Command> commands,
                                   std::string_view program, std::string_view version);

// `--completion-bash`: what could be at the end of `arguments`, a line each.
[[nodiscard]] std::string completions(std::span<const Flag> flags,
                                      std::span<const std::string> arguments);

// `--completion-script-bash` and `-zsh`: scripts that ask `--completion-bash`.
[[nodiscard]] std::string bash_completion_script(std::string_view program);
[[nodiscard]] std::string zsh_completion_script(std::string_view program);

}  // namespace weir::app
