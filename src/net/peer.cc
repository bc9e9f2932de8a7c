// SPDX-License-Identifier: Apache-2.0
#include "weir/net/peer.h"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <endian.h>

#include <fmt/core.h>

namespace weir::net {

namespace {

constexpr std::size_t kV4Offset = 12;

std::uint64_t word_at(const unsigned char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return be64toh(word);
}

std::string v4_text(const in_addr& address, in_port_t port) {
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address, text.data(), text.size());
  return fmt::format("{}:{}", text.data(), ntohs(port));
}

std::string v6_text(const sockaddr_in6& address) {
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

AddressBits AddressBits::of(const in_addr& address) {
  constexpr int kRest = 32;
  return {true, true, std::uint64_t{ntohl(address.s_addr)} << kRest, 0};
}

AddressBits AddressBits::of(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    in_addr mapped{};
    std::memcpy(&mapped, address.s6_addr + kV4Offset, sizeof mapped);
    return of(mapped);
  }
  return {true, false, word_at(address.s6_addr), word_at(address.s6_addr + sizeof(std::uint64_t))};
}

std::string AddressBits::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const std::array<std::uint64_t, 2> words = {htobe64(high), htobe64(low)};
  ::inet_ntop(is_v4 ? AF_INET : AF_INET6, words.data(), text.data(), text.size());
  return text.data();
}

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

std::string Peer::address() const {
  const AddressBits address = bits();
  return address.is_known ? address.text() : std::string();
}

AddressBits Peer::bits() const {
  switch (address_.any.sa_family) {
    case AF_INET: return AddressBits::of(address_.v4.sin_addr);
    case AF_INET6: return AddressBits::of(address_.v6.sin6_addr);
    default: return {};
  }
}

}  // namespace weir::net
