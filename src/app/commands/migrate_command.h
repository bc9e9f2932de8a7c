// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `migrate FILE [--write|--check] [--format=text] [--name-validation=legacy]`: a mapping file with
// today's keys for those of older releases, and what was changed. Exit code 1 with `--check` when
// something would be.
[[nodiscard]] CommandResult migrate_file(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_migrate(std::span<const std::string> words);

}  // namespace weir::app
