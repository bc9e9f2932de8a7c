// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "weir/base/result.h"
#include "weir/http/request.h"
#include "weir/push/grouping.h"

namespace weir::app {

// The path of a request with all escapes decoded, `%2F` too: as in Pushgateway it separates.
[[nodiscard]] std::string decoded_path(const http::Request& request);

// Which group a path is about; nothing where it is about none.
[[nodiscard]] std::optional<push::GroupPath> group_path(std::string_view path);

// How long the group of a push is to stay: what the query (`ttl`) or else the header `X-Push-TTL`
// says, or `otherwise`. The error is the answer.
[[nodiscard]] base::Result<std::chrono::nanoseconds, std::string> push_ttl(
    const http::Request& request, std::chrono::nanoseconds otherwise);

}  // namespace weir::app
