// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `lint FILE ... [--format=text] [--min-severity=warning] [--name-validation=legacy]`: what is
// wrong or doubtful in mapping files. Exit code 1 when an error or warning is among it. With
// `--against=FILE` of one, what the rules do with the lines of a file. `lint --list`: all that
// could be found.
[[nodiscard]] CommandResult lint_files(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_lint(std::span<const std::string> words);

}  // namespace weir::app
