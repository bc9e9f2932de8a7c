// SPDX-License-Identifier: Apache-2.0
#include "weir/http/router.h"

#include <cassert>
#include <utility>

#include "http/target.h"
#include "weir/http/html.h"

namespace weir::http {
namespace {

constexpr unsigned kTemporaryRedirect = 307;

// `path` is escaped once more, even where it was escaped already: so does the reference.
Response redirect(const Request& request, std::string_view path) {
  std::string location = escape_path(path);
  if (!request.query.empty()) location += "?" + request.query;

  Response response;
  response.status = kTemporaryRedirect;
  response.headers.push_back({"Location", escape_non_ascii(location)});
  if (request.method == "GET" || request.method == "HEAD") {
    response.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    response.body =
        "<a href=\"" + escape_html(location, HtmlQuotes::Both) + "\">Temporary Redirect</a>.\n\n";
  }
  return response;
}

// Without its port. As it is when the port cannot be made out; an address loses its brackets with
// its port.
std::string_view without_port(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos) return host;
  const std::string_view name = host.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) return name.substr(1, name.size() - 2);
  const bool is_plain = name.find_first_of("[]:") == std::string_view::npos;
  return is_plain ? name : host;
}

// A tunnel's target is not a path that could be cleaned, nor its host one that could lose its port.
bool is_tunnel(const Request& request) { return request.method == "CONNECT"; }

// Where a request is served. One that was sent with another path is redirected.
std::string served_path(const Request& request) {
  return is_tunnel(request) ? request.escaped_path : clean_path(request.escaped_path);
}

}  // namespace

void Router::route(std::string_view path, Handler handler, std::size_t body_bytes_max) {
  add(RoutePattern::exact(path), std::move(handler), body_bytes_max);
}

void Router::route_subtree(std::string_view prefix, Handler handler, std::size_t body_bytes_max) {
  assert(prefix.starts_with('/') && prefix.ends_with('/'));
  route_pattern(prefix, std::move(handler), body_bytes_max);
}

void Router::route_pattern(std::string_view pattern, Handler handler, std::size_t body_bytes_max) {
  auto parsed = RoutePattern::parse(pattern);
  assert(parsed);
  add(std::move(*parsed), std::move(handler), body_bytes_max);
}

void Router::add(RoutePattern pattern, Handler handler, std::size_t body_bytes_max) {
  std::erase_if(routes_, [&](const Route& route) { return route.pattern == pattern; });
  routes_.push_back({std::move(pattern), std::move(handler), body_bytes_max});
}

std::size_t Router::body_bytes_max(const Request& request) const {
  const std::string path = served_path(request);
  const bool is_redirected = path != request.escaped_path || misses_slash(request, path);
  const Route* const route = is_redirected ? nullptr : find(request, path);
  return route != nullptr ? route->body_bytes_max : 0;
}

Response Router::respond(Request& request) const {
  if (request.path == "*") return {};
  const std::string& sent = request.escaped_path;
  const std::string path = served_path(request);
  if (misses_slash(request, path)) return redirect(request, clean_path(unescape(sent) + "/"));
  if (path != sent) return redirect(request, path);
  const Route* const route = find(request, path);
  if (route == nullptr) return error_response(404, "404 page not found\n");
  request.path_values = route->pattern.path_values(path);
  return route->handler(request);
}

const Router::Route* Router::find(const Request& request, std::string_view path) const {
  const PathSegments segments = split_path(path);
  const std::string_view host = is_tunnel(request) ? request.host : without_port(request.host);
  const Route* best = nullptr;
  for (const Route& route : routes_) {
    if (!route.pattern.matches(request.method, host, segments)) continue;
    if (best == nullptr || !route.pattern.yields_to(best->pattern)) best = &route;
  }
  return best;
}

bool Router::misses_slash(const Request& request, std::string_view path) const {
  if (path.empty() || path.ends_with('/')) return false;
  const auto serves_exactly = [&](std::string_view wanted) {
    const Route* const route = find(request, wanted);
    return route != nullptr && route->pattern.matches_exactly(split_path(wanted));
  };
  return !serves_exactly(path) && serves_exactly(std::string(path) + "/");
}

}  // namespace weir::http
