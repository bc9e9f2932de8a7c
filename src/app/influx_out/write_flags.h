// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/flags.h"
#include "app/influx_out/write_options.h"

namespace weir::app {

// The flags of what writes to an InfluxDB. `options` must outlive the set.
void add_influx_write_flags(FlagSet& flags, InfluxWriteOptions& options);

}  // namespace weir::app
