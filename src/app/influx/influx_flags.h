// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/flags.h"
#include "app/influx/influx_options.h"

namespace weir::app {

// The flags of what listens for InfluxDB's clients. `options` must outlive the set.
void add_influx_flags(FlagSet& flags, InfluxOptions& options);

}  // namespace weir::app
