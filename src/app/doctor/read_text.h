// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace weir::app {

// All of a file, of /proc and the like; none where it cannot be read.
[[nodiscard]] std::optional<std::string> read_text(const std::string& path);
// The same, "" where it cannot be read.
[[nodiscard]] std::string read_text_or_empty(const std::string& path);

}  // namespace weir::app
