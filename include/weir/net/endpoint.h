// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace weir::net {

// An address that cannot be understood, or a socket that cannot be opened. Thrown while starting
// only; `what()` is one line for the operator.
class ListenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A host name that cannot be looked up, at least not now; the address is well formed.
class LookupError : public ListenError {
 public:
  using ListenError::ListenError;
};

// Where a listener binds.
struct Endpoint {
  sockaddr_storage address{};
  socklen_t length = 0;
  // A wildcard takes IPv4 and IPv6 through one socket where the kernel has IPv6.
  bool is_wildcard = false;
  // As messages name it: `0.0.0.0:9125`, `[::1]:9125`, `/run/statsd.sock`, `@statsd`.
  std::string text;

  [[nodiscard]] bool is_unix() const { return address.ss_family == AF_UNIX; }
  // 0 for a unix socket.
  [[nodiscard]] std::uint16_t port() const;
  // Not for a unix socket.
  void set_port(std::uint16_t port);
};

struct HostPort {
  std::string_view host;  // without brackets
  std::string_view port;  // after the last colon, not looked at
};

// Splits `host:port`, with brackets around an IPv6 host. Borrows from `address`. Throws
// ListenError: `address A: missing port in address` and the like.
[[nodiscard]] HostPort split_host_port(std::string_view address);

// Reads a StatsD listen address (behaviour listen.address): decimal port, no service names. A host
// name is looked up now, which may take as long as the resolver takes; its first IPv4 address is
// preferred. Throws ListenError with the reference's texts.
[[nodiscard]] Endpoint statsd_endpoint(std::string_view address);

// Reads a web listen address (behaviour listen.web-address): service names are allowed, an empty
// address means port 80. Throws ListenError.
[[nodiscard]] Endpoint web_endpoint(std::string_view address);

// The unix socket at `path`, of which at most 107 bytes fit; `@name` is a name of Linux's abstract
// namespace, which has no file. Throws ListenError.
[[nodiscard]] Endpoint unix_endpoint(std::string_view path);

}  // namespace weir::net
