// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/options.h"
#include "app/listen_plan.h"
#include "app/worker.h"

namespace weir::app {

// Whether a flag asks for listeners of samples of other protocols than StatsD's.
[[nodiscard]] bool has_foreign_listeners(const Options& options);

// Opens them and gives them to `worker`; their addresses are in `shown` then. Throws StartError and
// rulefile::ConfigError.
void open_foreign_listeners(const Options& options, Worker& worker, ShownAddresses& shown);

}  // namespace weir::app
