// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "app/worker.h"
#include "weir/http/server.h"
#include "weir/pipeline/self_metrics.h"

namespace weir::app {

using Workers = std::vector<std::unique_ptr<Worker>>;

// What the listeners of all workers have to tell, summed by kind, and what those and HTTP's have in
// common. `http` is null before there is a server.
void add_listener_metrics(pipeline::SelfMetrics& metrics, const Workers& workers,
                          const http::ServerStats* http);

// What the relay has to tell, by target; nothing without one.
void add_relay_metrics(pipeline::SelfMetrics& metrics, const Workers& workers);

}  // namespace weir::app
