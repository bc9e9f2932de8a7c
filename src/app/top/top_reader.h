// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "app/commands/http_client.h"
#include "app/top/top_model.h"

namespace weir::app {

// What the metrics that a daemon lists have most of.
enum class MetricOrder : std::uint8_t { Samples, Series };

// One look at a daemon: asks /api/v1/status and what else is shown, and gives it to `model`. Throws
// std::runtime_error where the status cannot be had, and HttpInterrupted; resources that the daemon
// lacks are noted as a fault of their section.
void look_at_daemon(const HttpUrl& url, HttpPatience patience, MetricOrder order, TopModel& model);

}  // namespace weir::app
