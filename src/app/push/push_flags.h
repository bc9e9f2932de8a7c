// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/flags.h"
#include "app/push/push_options.h"

namespace weir::app {

// The flags of Pushgateway's API. `options` must outlive the set.
void add_push_flags(FlagSet& flags, PushOptions& options);

}  // namespace weir::app
