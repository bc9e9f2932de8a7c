// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/pipeline/ledger_metrics.h"
#include "weir/telemetry/collector.h"

namespace weir::pipeline {

// The part of the ledger from lines to series (docs/ledger.md): each line, sample and event is
// counted under one outcome. Any thread.
extern const telemetry::Collector<LedgerMetricsSource> kOutcomeMetrics;

}  // namespace weir::pipeline
