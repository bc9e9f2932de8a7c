// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/responses.h"

#include <charconv>
#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include "weir/http/query.h"

namespace weir::app {

namespace {

constexpr unsigned kMethodNotAllowed = 405;

}  // namespace

http::Response api_response(unsigned status, std::string body, std::string_view content_type) {
  http::Response made;
  made.status = status;
  made.headers = {{"Content-Type", std::string(content_type)},
                  {"X-Content-Type-Options", "nosniff"},
                  {"Cache-Control", "no-store"}};
  made.body = std::move(body);
  return made;
}

http::Response json_response(std::string body) {
  auto made = api_response(200, std::move(body) + "\n", "application/json");
  made.is_compressible = true;
  return made;
}

http::Response error_answer(unsigned status, std::string_view error) {
  std::string body;
  base::JsonWriter(body).open_object().key("error").text(error).close_object();
  auto made = api_response(status, body + "\n", "application/json");
  if (status == kMethodNotAllowed) made.headers.push_back({"Allow", "GET, HEAD"});
  return made;
}

http::Response not_ready_answer(const Supervision& supervision) {
  constexpr unsigned kUnavailable = 503;
  return error_answer(kUnavailable,
                      fmt::format("the daemon is not ready: {}", supervision.not_ready_reason()));
}

bool is_read(const http::Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

http::Handler read_only(http::Handler handler) {
  return [handler = std::move(handler)](const http::Request& request) {
    if (!is_read(request)) return error_answer(kMethodNotAllowed, "only GET and HEAD are taken");
    return handler(request);
  };
}

std::optional<std::size_t> read_limit(const http::Request& request, ListLimit limit) {
  const auto values = http::query_values(request.query, "limit");
  if (values.empty()) return limit.usual;
  const std::string& text = values.back();
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value == 0 || value > limit.most) return std::nullopt;
  return value;
}

http::Response bad_limit(ListLimit limit) {
  return error_answer(400, fmt::format("limit must be a number from 1 to {}", limit.most));
}

double seconds_of(base::UnixTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void write_optional(base::JsonWriter& json, std::optional<double> value) {
  if (value) {
    json.number(*value);
  } else {
    json.null();
  }
}

}  // namespace weir::app
