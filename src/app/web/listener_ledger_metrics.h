// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/worker.h"
#include "weir/base/clock.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

struct ListenerLedgerSource {
  const Workers& workers;
  base::TimePoint now;
};

// The part of the ledger before lines (docs/ledger.md): where each datagram, connection and byte
// went that reached a listener; and the state of each listener. Any thread.
extern const telemetry::Collector<ListenerLedgerSource> kListenerLedgerMetrics;

}  // namespace weir::app
