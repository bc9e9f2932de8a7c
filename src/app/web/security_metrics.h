// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/web/web_guard.h"
#include "app/worker.h"
#include "weir/telemetry/collector.h"
#include "weir/tls/handshake_stats.h"

namespace weir::app {

struct SecurityMetricsSource {
  const Workers& workers;
  const DeniedRequests* denied = nullptr;     // null without --web.config.file
  const tls::HandshakeStats* http = nullptr;  // null where HTTP does not speak TLS
};

// What TLS, users and rate limits have kept out, by listener. Shows only where they are in use. Any
// thread.
extern const telemetry::Collector<SecurityMetricsSource> kSecurityMetrics;

}  // namespace weir::app
