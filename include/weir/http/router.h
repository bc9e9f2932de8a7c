// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "weir/http/request.h"
#include "weir/http/response.h"

namespace weir::http {

using Handler = std::function<Response(const Request&)>;

// Chooses the handler by path, whatever the method (reference 7). Unclean paths are redirected,
// unknown ones are 404.
class Router {
 public:
  // Serves exactly `path`, which begins with a slash. A later route takes the place of an earlier
  // one.
  void route(std::string path, Handler handler);
  // Serves `prefix`, which begins and ends with a slash, and everything below it that has no route
  // of its own; of several prefixes the longest. Without its last slash it is redirected.
  void route_subtree(std::string prefix, Handler handler);

  [[nodiscard]] Response respond(const Request& request) const;

 private:
  using Handlers = std::map<std::string, Handler, std::less<>>;

  // Null when nothing serves `path`.
  [[nodiscard]] const Handler* find(std::string_view path) const;
  [[nodiscard]] bool misses_slash(std::string_view path) const;

  Handlers exact_;
  Handlers subtrees_;
};

}  // namespace weir::http
