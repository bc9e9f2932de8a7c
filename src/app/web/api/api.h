// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/web/api/sources.h"
#include "weir/http/router.h"

namespace weir::app {

// Adds the routes under `/api/v1/` that answer from `sources`.
void add_api_routes(http::Router& router, const ApiSources& sources);

}  // namespace weir::app
