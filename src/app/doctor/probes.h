// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/cli/options.h"
#include "app/commands/http_client.h"
#include "app/doctor/daemon_state.h"
#include "weir/doctor/check.h"

namespace weir::app {

// Sends an empty line, which makes no series and is counted as blank, to each listener of a daemon
// as a sender on this machine would, and asks the daemon whether it came. Takes some seconds at
// most. `before` is what the daemon said last.
[[nodiscard]] std::vector<doctor::Check> probe_listeners(const HttpUrl& url, const Options& options,
                                                         const DaemonState& before);

}  // namespace weir::app
