// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/web/api/sources.h"
#include "weir/http/request.h"
#include "weir/http/response.h"

namespace weir::app {

// The answers under `/api/v1/`, each by the name of its resource; docs/api.md has their keys. Main
// thread.
[[nodiscard]] http::Response status_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response history_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response listeners_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response senders_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response metrics_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response labels_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response suggest_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response unmapped_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response refused_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response conflicts_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response rules_answer(const ApiSources& from, const http::Request& request);
[[nodiscard]] http::Response reloads_answer(const ApiSources& from, const http::Request& request);

}  // namespace weir::app
