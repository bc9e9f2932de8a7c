// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace weir::app {

// Calls `take` with each line of the file at `path`, in order and without its newline: a capture
// (docs/capture.md), or StatsD lines, one a line. Throws std::system_error where it cannot be read,
// and capture::FormatError, with the lines before the fault taken.
void read_sent_lines(const std::string& path, const std::function<void(std::string_view)>& take);

}  // namespace weir::app
