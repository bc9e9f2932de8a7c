// SPDX-License-Identifier: Apache-2.0
#include "app/web/server_samples.h"

#include <string>

namespace weir::app {

double value_of(const base::Tally& tally) { return static_cast<double>(tally.value()); }

void add_denied(telemetry::Samples<1>& samples, const DeniedRequests* denied) {
  if (denied == nullptr) return;
  samples.add(value_of(denied->busy), "busy");
  samples.add(value_of(denied->config), "config");
  samples.add(value_of(denied->rate), "rate");
  samples.add(value_of(denied->unauthorized), "unauthorized");
}

void add_refused(telemetry::Samples<1>& samples, const http::ServerStats* stats) {
  if (stats == nullptr) return;
  for (const auto& [status, count] : stats->refused_requests) {
    samples.add(value_of(count), std::to_string(status));
  }
}

}  // namespace weir::app
