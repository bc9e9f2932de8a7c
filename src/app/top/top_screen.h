// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "app/commands/http_client.h"

namespace weir::app {

struct TopOptions {
  std::chrono::milliseconds interval{2000};
  bool has_colour = true;
  bool is_utf8 = true;
};

// The full screen, until it is left. Asks the daemon at `url` again and again, and goes on when it
// does not answer. Returns 0, or 128 and the number of the signal that ended it. Throws
// std::runtime_error where there is no terminal.
[[nodiscard]] int run_top_screen(const HttpUrl& url, const TopOptions& options);

}  // namespace weir::app
