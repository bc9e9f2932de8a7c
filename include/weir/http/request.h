// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "weir/net/peer.h"

namespace weir::http {

struct Field {
  std::string name;
  std::string value;
};

// A part of the path that a wildcard of the route's pattern has taken.
struct PathValue {
  std::string name;
  std::string value;  // decoded, a `%2F` too
};

// Where a connection is from.
struct ConnectionOrigin {
  net::Peer peer;
  // The listening one by which it came, of those of the server in their order.
  std::size_t socket = 0;
};

// One request, whole. Valid while its handler runs.
struct Request {
  std::string method;  // as sent, any word
  std::string target;  // as sent: `//metrics?a=1`
  // Decoded, not cleaned; a `%2F` stays, for it separates nothing. `*` for `OPTIONS *`.
  std::string path;
  // The path with every byte escaped that has to be; redirects start from it.
  std::string escaped_path;
  std::string query;  // after the first `?`, as sent
  std::string host;   // the target's, else that of the field `Host`, each with its port
  std::vector<Field> fields;
  std::string body;                    // "" unless the route asks for it
  std::vector<PathValue> path_values;  // in the order of the pattern
  ConnectionOrigin origin;

  // The value of the first header field of that name (any case), or "".
  [[nodiscard]] std::string_view header(std::string_view name) const;
  // All values of that name, in order, separated by commas.
  [[nodiscard]] std::string joined_header(std::string_view name) const;
  // What `{name}` or `{name...}` of the route's pattern has taken, or "".
  [[nodiscard]] std::string_view path_value(std::string_view name) const;
};

}  // namespace weir::http
