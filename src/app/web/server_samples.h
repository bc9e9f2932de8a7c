// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/web/web_guard.h"
#include "weir/base/tally.h"
#include "weir/http/server.h"
#include "weir/telemetry/collector.h"

namespace weir::app {

// What the metrics of every HTTP server have in common, whichever clients it is for. Any thread.

[[nodiscard]] double value_of(const base::Tally& tally);

// A sample for each reason for which --web.config.file kept requests out; none where `denied` is
// null.
void add_denied(telemetry::Samples<1>& samples, const DeniedRequests* denied);

// A sample for each HTTP status with which requests were refused before they reached a handler;
// none where `stats` is null.
void add_refused(telemetry::Samples<1>& samples, const http::ServerStats* stats);

}  // namespace weir::app
