// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/web/api/sources.h"
#include "weir/http/router.h"

namespace weir::app {

// Adds the status page (docs/status.md), its style and its script. Main thread.
void add_status_page_routes(http::Router& router, const ApiSources& sources);

}  // namespace weir::app
