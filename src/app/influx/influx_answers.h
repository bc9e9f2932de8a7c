// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "weir/http/request.h"
#include "weir/http/response.h"
#include "weir/influx/point.h"

namespace weir::app {

// The two ways to write: `/write`, and `/api/v2/write`.
enum class InfluxApi : std::uint8_t { V1, V2 };

// What an InfluxDB answers, in its words. Its version 1.8 is the last with both ways.

// 204.
[[nodiscard]] http::Response influx_done();
[[nodiscard]] http::Response influx_error(InfluxApi api, unsigned status, std::string_view message);
// 405, for what only POST does.
[[nodiscard]] http::Response influx_post_only();
// `GET /health`.
[[nodiscard]] http::Response influx_health();
// `/query`, which takes `CREATE DATABASE` and makes nothing.
[[nodiscard]] http::Response influx_query(const http::Request& request);

// The parameter `precision` of a write. Nothing for one that the way does not know; `/write` takes
// any and reads it as nanoseconds.
[[nodiscard]] std::optional<influx::Precision> influx_precision(InfluxApi api,
                                                                std::string_view query);

// Writes the user and password of InfluxDB's own forms, the parameters `u` and `p` and `Token
// USER:PASSWORD`, as the basic authentication that the web configuration checks.
void use_influx_credentials(http::Request& request);

}  // namespace weir::app
