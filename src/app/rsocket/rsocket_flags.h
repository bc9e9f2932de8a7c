// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/flags.h"
#include "app/rsocket/rsocket_options.h"

namespace weir::app {

// Adds the flags of RSocket and their limits. `options` must outlive `flags`.
void add_rsocket_flags(FlagSet& flags, RsocketOptions& options);

}  // namespace weir::app
