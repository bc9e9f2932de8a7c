// SPDX-License-Identifier: Apache-2.0
#include "weir/net/peer.h"

#include <arpa/inet.h>
#include <array>
#include <cstring>

#include <fmt/core.h>

namespace weir::net {

namespace {

std::string v4_text(const in_addr& address, in_port_t port) {
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address, text.data(), text.size());
  return fmt::format("{}:{}", text.data(), ntohs(port));
}

std::string v6_text(const sockaddr_in6& address) {
  constexpr std::size_t kV4Offset = 12;
  if (IN6_IS_ADDR_V4MAPPED(&address.sin6_addr)) {
    in_addr mapped{};
    std::memcpy(&mapped, address.sin6_addr.s6_addr + kV4Offset, sizeof mapped);
    return v4_text(mapped, address.sin6_port);
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &address.sin6_addr, text.data(), text.size());
  // Of a link-local address: the number of the interface.
  const std::string scope =
      address.sin6_scope_id == 0 ? std::string() : fmt::format("%{}", address.sin6_scope_id);
  return fmt::format("[{}{}]:{}", text.data(), scope, ntohs(address.sin6_port));
}

}  // namespace

Peer Peer::of(int fd) {
  Peer peer;
  socklen_t length = kBytes;
  if (::getpeername(fd, peer.data(), &length) != 0) return {};
  return peer;
}

Peer Peer::local_of(int fd) {
  Peer peer;
  socklen_t length = kBytes;
  if (::getsockname(fd, peer.data(), &length) != 0) return {};
  return peer;
}

std::string Peer::text() const {
  switch (address_.any.sa_family) {
    case AF_INET: return v4_text(address_.v4.sin_addr, address_.v4.sin_port);
    case AF_INET6: return v6_text(address_.v6);
    default: return {};
  }
}

}  // namespace weir::net
