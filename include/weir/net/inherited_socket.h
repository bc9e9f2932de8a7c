// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "weir/net/open_socket.h"

namespace weir::net {

// What an open descriptor is.
struct SocketKind {
  int family;  // AF_INET, AF_INET6, AF_UNIX or another
  int type;    // SOCK_DGRAM, SOCK_STREAM or another
  bool is_listening;

  [[nodiscard]] bool is_unix() const;
  [[nodiscard]] bool is_udp() const;
  // A listening one.
  [[nodiscard]] bool is_tcp() const;
  [[nodiscard]] bool is_unix_datagram() const;
  // A listening one.
  [[nodiscard]] bool is_unix_stream() const;
  // As messages name it: `a UDP socket`.
  [[nodiscard]] std::string text() const;
};

// Nothing when `fd` is open for something else or not at all.
[[nodiscard]] std::optional<SocketKind> socket_kind(int fd);

// Takes over a bound socket of such a kind that another process has opened, which may keep it and
// go on with it: its file, if it has one, is left alone. What it accepts is kept alive as with
// `open_tcp`. No process that this one starts inherits it.
[[nodiscard]] BoundSocket adopt_socket(int fd, const SocketKind& kind);

}  // namespace weir::net
