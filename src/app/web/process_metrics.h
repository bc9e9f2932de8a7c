// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/pipeline/self_metrics.h"

namespace weir::app {

// Adds the `process_*` metrics, read from /proc now; what cannot be read is left out.
void add_process_metrics(pipeline::SelfMetrics& metrics);

}  // namespace weir::app
