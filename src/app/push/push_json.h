// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/push/push_options.h"
#include "weir/base/clock.h"
#include "weir/push/group_store.h"

namespace weir::app {

// The answers of Pushgateway's /api/v1/metrics and /api/v1/status.
[[nodiscard]] std::string groups_json(const push::GroupStore& store);
[[nodiscard]] std::string gateway_status_json(const PushOptions& options, bool has_lifecycle,
                                              base::UnixTime started);

}  // namespace weir::app
