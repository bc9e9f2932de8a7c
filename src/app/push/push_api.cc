// SPDX-License-Identifier: Apache-2.0
#include "app/push/push_api.h"

#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "app/push/push_body.h"
#include "app/push/push_json.h"
#include "app/push/push_path.h"
#include "weir/exposition/negotiation.h"
#include "weir/exposition/page_writer.h"

namespace weir::app {

namespace {

constexpr std::string_view kApi = "/api/v1/";
constexpr std::string_view kGet = "GET";

http::Response not_found() { return http::error_response(404, "404 page not found\n"); }

// As Pushgateway's API lets pages of other origins read it.
http::Response with_cors(http::Response response) {
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin"},
           {"Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"},
           {"Access-Control-Allow-Origin", "*"},
           {"Access-Control-Expose-Headers", "Date"},
           {"Cache-Control", "no-cache, no-store, must-revalidate"}}) {
    response.headers.push_back({name, value});
  }
  return response;
}

http::Response json_response(std::string body) {
  http::Response response;
  response.headers.push_back({"Content-Type", "application/json"});
  response.body = std::move(body);
  response.is_compressible = true;
  return with_cors(std::move(response));
}

http::Response empty_response(unsigned status) {
  http::Response response;
  response.status = status;
  return response;
}

http::Response health_response(const std::function<std::string()>& reason_against) {
  const std::string reason = reason_against ? reason_against() : std::string();
  return reason.empty() ? http::text_response(200, "OK") : http::error_response(503, reason + "\n");
}

// As Go's server does, with a page for browsers.
http::Response redirect(bool has_page, std::string_view to) {
  auto response = empty_response(has_page ? 301 : 307);
  response.headers.push_back({"Location", std::string(to)});
  if (!has_page) return response;
  response.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
  response.body = fmt::format("<a href=\"{}\">Moved Permanently</a>.\n\n", to);
  return response;
}

std::string_view other_form(std::string_view path, std::string& longer) {
  if (path.ends_with('/')) return path.substr(0, path.size() - 1);
  longer = path;
  longer += '/';
  return longer;
}

}  // namespace

PushApi::PushApi(const PushOptions& options, push::GroupStore& store, PushCounts& counts,
                 const base::Log& log)
    : options_(options), store_(store), counts_(counts), log_(log) {}

std::span<const PushApi::Route> PushApi::routes() {
  static constexpr std::array<Route, 11> kRoutes{{
      {kGet, "/", &PushApi::landing},
      {kGet, "/status", &PushApi::landing},
      {kGet, "/metrics", &PushApi::metrics},
      {kGet, "/-/healthy", &PushApi::healthy},
      {kGet, "/-/ready", &PushApi::ready},
      {kGet, "/-/quit", &PushApi::explain_quit},
      {"POST", "/-/quit", &PushApi::quit},
      {"PUT", "/-/quit", &PushApi::quit},
      {kGet, "/api/v1/metrics", &PushApi::groups},
      {kGet, "/api/v1/status", &PushApi::status},
      {"PUT", "/api/v1/admin/wipe", &PushApi::wipe},
  }};
  return kRoutes;
}

bool PushApi::has(const Route& route) const {
  return route.answer != &PushApi::wipe || options_.has_admin_api;
}

// `GET, OPTIONS`; "" where nothing is.
std::string PushApi::methods_of(std::string_view path) const {
  if (group_path(path)) return "DELETE, OPTIONS, POST, PUT";
  std::set<std::string_view> methods;
  for (const Route& route : routes()) {
    if (route.path == path && has(route)) methods.insert(route.method);
  }
  if (methods.empty()) return {};
  methods.insert("OPTIONS");
  return fmt::format("{}", fmt::join(methods, ", "));
}

http::Response PushApi::answer(const http::Request& request) {
  const std::string path = decoded_path(request);
  if (request.method == "OPTIONS" && path.starts_with(kApi)) return with_cors(empty_response(200));
  const auto group = group_path(path);
  const bool is_change =
      request.method == "PUT" || request.method == "POST" || request.method == "DELETE";
  if (group && is_change) return change(request, *group);
  return answer_path(request, path);
}

http::Response PushApi::answer_path(const http::Request& request, std::string_view path) {
  for (const Route& route : routes()) {
    if (route.path == path && route.method == request.method && has(route)) {
      return (this->*route.answer)(request);
    }
  }
  if (const std::string methods = methods_of(path); !methods.empty()) {
    auto response = request.method == "OPTIONS" ? empty_response(200)
                                                : http::error_response(405, "Method Not Allowed\n");
    response.headers.push_back({"Allow", methods});
    return response;
  }
  std::string longer;
  const auto other = other_form(path, longer);
  const bool is_near = (!other.empty() && !path.starts_with(kApi) && !methods_of(other).empty()) ||
                       path == "/metrics/job/" || path == "/metrics/job@base64/";
  if (!is_near) return not_found();
  return redirect(request.method == kGet, other);
}

http::Response PushApi::refuse(std::string text) {
  counts_.bad_request.add();
  return http::error_response(400, std::move(text) + "\n");
}

http::Response PushApi::change(const http::Request& request, const push::GroupPath& path) {
  auto labels = push::read_grouping(path);
  if (!labels) return refuse(labels.error());
  if (request.method == "DELETE") {
    counts_.deletes.add();
    store_.remove(*labels);
    return empty_response(202);
  }
  const auto ttl = push_ttl(request, options_.ttl);
  if (!ttl) return refuse(ttl.error());
  push::Write write;
  write.group = std::move(*labels);
  write.replaces = request.method == "PUT";
  write.is_checked = !options_.is_unchecked;
  write.ttl = *ttl;
  return this->write(request, std::move(write));
}

http::Response PushApi::write(const http::Request& request, push::Write write) {
  auto families = read_push_body(request, options_.unpacked_bytes_max);
  if (!families) {
    BodyFault fault = families.error();
    if (fault.status == 400) return refuse(std::move(fault.text));
    counts_.too_large.add();
    return http::error_response(fault.status, fault.text + "\n");
  }
  write.families = std::move(*families);
  const bool is_checked = write.is_checked;
  const auto result = store_.write(std::move(write), base::unix_now());
  if (result.written == push::Written::NoRoom) {
    counts_.no_room.add();
    return http::error_response(503, "there is no room for the push: " + result.reason + "\n");
  }
  if (result.written == push::Written::Taken) {
    counts_.taken.add();
    return empty_response(is_checked ? 200 : 202);
  }
  counts_.inconsistent.add();
  if (!is_checked) return empty_response(202);
  return http::error_response(
      400, fmt::format("pushed metrics are invalid or inconsistent with existing metrics: {}\n",
                       result.reason));
}

http::Response PushApi::healthy(const http::Request& /*request*/) {
  return health_response(hooks_.unhealthy_reason);
}

http::Response PushApi::ready(const http::Request& /*request*/) {
  return health_response(hooks_.not_ready_reason);
}

http::Response PushApi::metrics(const http::Request& request) {
  auto negotiated = exposition::negotiate(request.header("Accept"));
  http::Response response;
  response.headers.push_back({"Content-Type", std::move(negotiated.content_type)});
  response.is_compressible = true;
  exposition::WriterOptions options;
  options.format = negotiated.format;
  const auto writer = exposition::make_writer(options, response.body);
  const auto page = store_.page();
  counts_.left_out.add(page->left_out);
  push::visit_page(*page, *writer);
  return response;
}

http::Response PushApi::landing(const http::Request& /*request*/) {
  http::Response response;
  response.headers.push_back({"Content-Type", "text/html; charset=UTF-8"});
  response.body = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"UTF-8\"><title>Pushgateway"
      "</title></head>\n<body>\n<h1>Pushgateway</h1>\n<p>Served by weir. Groups: {}, series: {}."
      "</p>\n<ul><li><a href=\"metrics\">Metrics</a></li><li><a href=\"api/v1/metrics\">Groups as "
      "JSON</a></li></ul>\n</body>\n</html>\n",
      store_.groups().size(), store_.series());
  return response;
}

http::Response PushApi::groups(const http::Request& /*request*/) {
  return json_response(groups_json(store_));
}

http::Response PushApi::status(const http::Request& /*request*/) {
  return json_response(gateway_status_json(options_, hooks_.quit != nullptr, started_));
}

http::Response PushApi::wipe(const http::Request& /*request*/) {
  log_.info("Received wipe of all pushed groups");
  counts_.wipes.add();
  store_.clear();
  return empty_response(202);
}

http::Response PushApi::quit(const http::Request& /*request*/) {
  if (!hooks_.quit) return http::text_response(403, "Lifecycle API is not enabled.");
  hooks_.quit();
  return http::text_response(200, "Requesting termination... Goodbye!");
}

http::Response PushApi::explain_quit(const http::Request& /*request*/) {
  return http::text_response(405, "Only POST or PUT requests allowed.");
}

}  // namespace weir::app
