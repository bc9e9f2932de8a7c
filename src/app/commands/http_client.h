// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weir/http/request.h"

namespace weir::app {

// Where a daemon serves HTTP: `http://HOST[:PORT][/PREFIX]`, or with `USER:PASSWORD@` before the
// host.
struct HttpUrl {
  std::string host;
  std::string port = "80";
  // As sent in `Host`.
  std::string authority;
  // "" or begins with a slash and does not end in one.
  std::string prefix;
  // `USER:PASSWORD`, decoded; "" without.
  std::string credentials;
};

// Throws FlagError. There is no TLS.
[[nodiscard]] HttpUrl parse_http_url(std::string_view text);

struct HttpAnswer {
  unsigned status = 0;
  std::vector<http::Field> fields;
  std::string body;

  // The value of the first field of that name (any case), or "".
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// `target` begins with a slash and comes after the URL's prefix. Blocks, some seconds at most
// between two pieces; takes answers of some MiB. Throws std::runtime_error.
[[nodiscard]] HttpAnswer http_get(const HttpUrl& url, std::string_view target);

// `text` as a value of a query.
[[nodiscard]] std::string escape_query_value(std::string_view text);

}  // namespace weir::app
