// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/flags.h"
#include "app/wavefront/wavefront_options.h"

namespace weir::app {

// The flags of what listens for Wavefront's clients, and of what writes to its proxy. `options`
// must outlive the set.
void add_wavefront_flags(FlagSet& flags, WavefrontOptions& options);
void add_wavefront_write_flags(FlagSet& flags, WavefrontWriteOptions& options);

}  // namespace weir::app
