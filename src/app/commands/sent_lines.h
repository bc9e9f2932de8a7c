// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace weir::app {

// Calls `take` with each line of the file at `path`, in order and without its newline: a capture
// (docs/capture.md), or StatsD lines, one a line. Returns how many lines of other protocols were
// left out. Throws std::system_error where it cannot be read, and capture::FormatError, with the
// lines before the fault taken.
std::uint64_t read_sent_lines(const std::string& path,
                              const std::function<void(std::string_view)>& take);

// `path: 3 lines of other protocols than StatsD left out`, as a remark; "" for none.
[[nodiscard]] std::string left_out_text(const std::string& path, std::uint64_t left_out);

}  // namespace weir::app
