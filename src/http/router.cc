// SPDX-License-Identifier: Apache-2.0
#include "weir/http/router.h"

#include <cassert>
#include <utility>

#include "http/target.h"

namespace weir::http {
namespace {

constexpr unsigned kTemporaryRedirect = 307;

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&#34;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

// `path` is escaped once more, even where it was escaped already: so does the reference.
Response redirect(const Request& request, std::string_view path) {
  std::string location = escape_path(path);
  if (!request.query.empty()) location += "?" + request.query;

  Response response;
  response.status = kTemporaryRedirect;
  response.headers.push_back({"Location", escape_non_ascii(location)});
  const bool is_get = request.method == "GET";
  if (is_get || request.method == "HEAD") {
    response.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
  }
  if (is_get) {
    response.body = "<a href=\"" + escape_html(location) + "\">Temporary Redirect</a>.\n\n";
  }
  return response;
}

}  // namespace

void Router::route(std::string path, Handler handler) {
  assert(path.starts_with('/'));
  exact_.insert_or_assign(std::move(path), std::move(handler));
}

void Router::route_subtree(std::string prefix, Handler handler) {
  assert(prefix.starts_with('/') && prefix.ends_with('/'));
  subtrees_.insert_or_assign(std::move(prefix), std::move(handler));
}

Response Router::respond(const Request& request) const {
  if (request.path == "*") return {};
  // A tunnel's target is not a path that could be cleaned.
  const bool may_clean = request.method != "CONNECT";
  const std::string decoded = may_clean ? clean_path(request.path) : request.path;
  if (misses_slash(decoded)) return redirect(request, decoded + "/");
  if (may_clean) {
    const std::string cleaned = clean_path(request.escaped_path);
    if (cleaned != request.escaped_path) return redirect(request, cleaned);
  }
  const Handler* const handler = find(request.path);
  return handler != nullptr ? (*handler)(request) : error_response(404, "404 page not found\n");
}

const Handler* Router::find(std::string_view path) const {
  if (const auto exact = exact_.find(path); exact != exact_.end()) return &exact->second;
  const Handler* longest = nullptr;
  // In order of their bytes, so a longer prefix of `path` comes after a shorter one.
  for (const auto& [prefix, handler] : subtrees_) {
    if (path.starts_with(prefix)) longest = &handler;
  }
  return longest;
}

bool Router::misses_slash(std::string_view path) const {
  if (path.empty() || path.ends_with('/') || exact_.contains(path)) return false;
  return subtrees_.contains(std::string(path) + "/");
}

}  // namespace weir::http
