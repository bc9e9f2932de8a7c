// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/systemd/supervision.h"
#include "weir/base/clock.h"
#include "weir/base/json_writer.h"
#include "weir/http/request.h"
#include "weir/http/response.h"
#include "weir/http/router.h"

namespace weir::app {

// What all answers under `/api/v1/` have in common (docs/api.md).

// Not to be stored, nor taken for another type.
[[nodiscard]] http::Response api_response(unsigned status, std::string body,
                                          std::string_view content_type);
[[nodiscard]] http::Response json_response(std::string body);
// The object with the key `error`. Of a 405, what is allowed is said.
[[nodiscard]] http::Response error_answer(unsigned status, std::string_view error);

// 503: the workers do not run yet, or not any more.
[[nodiscard]] http::Response not_ready_answer(const Supervision& supervision);

[[nodiscard]] bool is_read(const http::Request& request);

// `handler` for GET and HEAD, 405 for all other methods.
[[nodiscard]] http::Handler read_only(http::Handler handler);

// How many entries of a list a request may have.
struct ListLimit {
  std::size_t usual = 100;
  std::size_t most = 1000;
};

// `limit=` of a request; the last one counts. Nothing where it is no number from 1 to the most.
[[nodiscard]] std::optional<std::size_t> read_limit(const http::Request& request, ListLimit limit);
[[nodiscard]] http::Response bad_limit(ListLimit limit);

// Unix seconds.
[[nodiscard]] double seconds_of(base::UnixTime time);

// A number, or null without one.
void write_optional(base::JsonWriter& json, std::optional<double> value);

}  // namespace weir::app
