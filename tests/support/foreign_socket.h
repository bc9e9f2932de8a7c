// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <utility>

#include "weir/net/open_socket.h"

namespace weir::support {

// A socket as another process would hand it over: bound to a port of 127.0.0.1, listening if it is
// a stream socket, blocking, and opened by none of our functions.
inline net::BoundSocket foreign_socket(int type) {
  net::Descriptor descriptor(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* any = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(descriptor.get(), any, sizeof address) != 0) throw std::runtime_error("bind");
  if (type == SOCK_STREAM && ::listen(descriptor.get(), 1) != 0) throw std::runtime_error("listen");
  return {std::move(descriptor), AF_INET, "inherited"};
}

}  // namespace weir::support
