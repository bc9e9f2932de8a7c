// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/worker.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

// What the relays of all workers count, by target; nothing shows without a relay. Any thread.
extern const telemetry::Collector<Workers> kRelayMetrics;

}  // namespace weir::app
