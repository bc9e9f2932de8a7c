// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "app/commands/command.h"

namespace weir::app {

// `weir test`: runs tests of mapping files. See `Command`. The exit code is 1 when a test fails.

[[nodiscard]] CommandResult test_mappings(std::span<const std::string> arguments);
[[nodiscard]] std::string complete_test(std::span<const std::string> words);

}  // namespace weir::app
