// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "weir/pipeline/ledger.h"
#include "weir/telemetry/collector.h"

namespace weir::pipeline {

struct LedgerMetricsSource {
  std::vector<const Ledger*> ledgers;  // of all workers
  // The flag `statsd.cache-size`: 0 leaves the cache metrics out (difference Q42).
  std::uint64_t cache_size = 0;
  // Those that the reference's timer makes, with or without events: they count as flushes there
  // (difference Q18), and alerts watch that the count moves.
  std::uint64_t idle_flushes = 0;
};

// What the pipelines of all workers count. Names, help texts, types and presence are the
// reference's (behaviour page.own-metrics); what it has no name for is called `weir_...`. Any
// thread.
extern const telemetry::Collector<LedgerMetricsSource> kLedgerMetrics;

}  // namespace weir::pipeline
