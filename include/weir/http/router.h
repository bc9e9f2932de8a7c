// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "weir/http/request.h"
#include "weir/http/response.h"
#include "weir/http/route_pattern.h"

namespace weir::http {

using Handler = std::function<Response(const Request&)>;

// Chooses the handler for a request: of the routes that fit, the one that takes the fewest requests
// (behaviour http.patterns). Unclean paths are redirected, unknown ones are 404; so is a method
// that no route takes, and never 405, for in the reference the landing page takes all that is left.
// A later route takes the place of an equal one; of two that conflict the later is preferred.
//
// A route that asks for the body of its requests says how many bytes it may have: longer ones are
// 413 and do not reach the handler. Without that, `body_bytes_max` being 0, bodies are thrown away.
// As many bytes may be kept for each connection.
class Router {
 public:
  // Serves exactly `path`, which begins with a slash, whatever the method. `%2F` will do for a
  // slash at its end.
  void route(std::string_view path, Handler handler, std::size_t body_bytes_max = 0);
  // Serves `prefix`, which begins and ends with a slash, and everything below it. Without its last
  // slash it is redirected.
  void route_subtree(std::string_view prefix, Handler handler, std::size_t body_bytes_max = 0);
  // Serves the requests of a pattern as RoutePattern has it; Request::path_value has what its
  // wildcards have taken. `pattern` must be a good one.
  void route_pattern(std::string_view pattern, Handler handler, std::size_t body_bytes_max = 0);

  // How many bytes of the body of `request`, of which only the head is known, its route takes. 0
  // when no route asks for the body.
  [[nodiscard]] std::size_t body_bytes_max(const Request& request) const;
  // Gives `request` its path values.
  [[nodiscard]] Response respond(Request& request) const;

 private:
  struct Route {
    RoutePattern pattern;
    Handler handler;
    std::size_t body_bytes_max;
  };

  void add(RoutePattern pattern, Handler handler, std::size_t body_bytes_max);
  // Null when no route takes the request.
  [[nodiscard]] const Route* find(const Request& request, std::string_view path) const;
  // True if `path` + "/" has its own route and `path` has none: the request is redirected.
  [[nodiscard]] bool misses_slash(const Request& request, std::string_view path) const;

  std::vector<Route> routes_;
};

}  // namespace weir::http
