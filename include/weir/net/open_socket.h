// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "weir/net/endpoint.h"
#include "weir/net/socket_file.h"

namespace weir::net {

// Owns one open socket until it is released to somebody else.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// The kernel lowers it to net.core.somaxconn.
inline constexpr int kBacklogWanted = 65535;

struct BoundSocket {
  Descriptor descriptor;
  int family;  // AF_INET or AF_INET6 (a wildcard's choice is made while binding), or AF_UNIX
  SocketFile file{};
};

// A bound UDP socket that may send broadcasts, as the reference's. Throws ListenError:
// `listen udp A: bind: address already in use`.
[[nodiscard]] BoundSocket open_udp(const Endpoint& endpoint, PortSharing sharing);

// A listening TCP socket. What it accepts inherits kernel keep-alive at 15 s and undelayed sends.
// Throws ListenError: `listen tcp A: bind: address already in use`.
[[nodiscard]] BoundSocket open_tcp(const Endpoint& endpoint, PortSharing sharing);

// The port that `fd` is bound to; 0 for a unix socket.
[[nodiscard]] std::uint16_t local_port(int fd);

// An `errno` as messages word it: `address already in use`. When descriptors are lacking it says
// which limit is to be raised.
[[nodiscard]] std::string describe_errno(int error);

}  // namespace weir::net
