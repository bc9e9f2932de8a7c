// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/flags.h"
#include "weir/http/request.h"
#include "weir/tls/client_session.h"

namespace weir::app {

// Where a daemon serves HTTP: `http://HOST[:PORT][/PREFIX]`, or `https://`, and with
// `USER:PASSWORD@` before the host.
struct HttpUrl {
  bool is_tls = false;
  std::string host;
  std::string port = "80";
  // As sent in `Host`.
  std::string authority;
  // "" or begins with a slash and does not end in one.
  std::string prefix;
  // `USER:PASSWORD`, decoded; "" without. Not for messages.
  std::string credentials;
  // Of `https`.
  tls::ServerTrust trust;
};

// Throws FlagError, which shows no credentials.
[[nodiscard]] HttpUrl parse_http_url(std::string_view text, tls::ServerTrust trust = {});
// The same of a command that takes one URL and no other word.
[[nodiscard]] HttpUrl parse_only_url(std::span<const std::string> words,
                                     const tls::ServerTrust& trust);

// `--cacert=FILE` and `--insecure`, which every command has that takes a URL.
void add_trust_flags(FlagSet& flags, tls::ServerTrust& trust);
[[nodiscard]] bool is_trust_flag(std::string_view name);

// `interrupt_fd` could be read, or a signal was handled.
class HttpInterrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How long a request may take.
struct HttpPatience {
  // To wait for a connection, and between two pieces of an answer.
  std::chrono::milliseconds time{10'000};
  // Ends a wait with HttpInterrupted when it can be read; -1 for none.
  int interrupt_fd = -1;

  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(time).count(); }
};

struct HttpAnswer {
  unsigned status = 0;
  std::vector<http::Field> fields;
  std::string body;

  // The value of the first field of that name (any case), or "".
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// The bytes of a GET request for `target`, which begins with a slash and comes after the URL's
// prefix: HTTP/1.0, so the end of the answer is that of the connection.
[[nodiscard]] std::string http_request(const HttpUrl& url, std::string_view target);

// Blocks; takes answers of some MiB. Throws std::runtime_error, of which `what()` begins with the
// server's name.
[[nodiscard]] HttpAnswer http_get(const HttpUrl& url, std::string_view target,
                                  HttpPatience patience = {});

// `text` as a value of a query.
[[nodiscard]] std::string escape_query_value(std::string_view text);

}  // namespace weir::app
