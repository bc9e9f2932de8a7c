// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "weir/base/log.h"
#include "weir/net/endpoint.h"
#include "weir/net/socket_file.h"

namespace weir::net {

// Owns one open socket until it is released to another owner.
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

// A socket that is bound, and listens if it is a stream socket. Listeners and servers take it over
// from its opener: a function of this header, or a process that was there before. It may block.
struct BoundSocket {
  Descriptor descriptor;
  int family;  // AF_INET or AF_INET6 (a wildcard's choice is made while binding), or AF_UNIX
  // As messages name it: the endpoint's text, in which a port 0 stays.
  std::string address;
  SocketFile file{};  // removed before the descriptor is closed

  [[nodiscard]] bool is_unix() const { return family == AF_UNIX; }
};

// Whether several sockets of this process may take the same port (SO_REUSEPORT); the kernel then
// gives all datagrams of one sender, and each connection, to one of them.
enum class PortSharing : std::uint8_t {
  Exclusive,
  // The first of those that share. A shared port would let other processes of the same user in, so
  // it has to be free.
  First,
  Shared,
};

// The path of a unix socket is taken by something that is not ours to remove: a socket with an
// owner or no socket at all (difference Q21). `what()` is the path.
class SocketExists : public ListenError {
 public:
  // `found` says what the path leads to: `a directory`.
  SocketExists(const std::string& path, std::string_view found)
      : ListenError(path), found_(found) {}

  [[nodiscard]] std::string_view found() const { return found_; }

 private:
  std::string_view found_;
};

// A UDP socket that may send broadcasts, as the reference's. Throws ListenError:
// `listen udp A: bind: address already in use`.
[[nodiscard]] BoundSocket open_udp(const Endpoint& endpoint, PortSharing sharing);

// A listening TCP socket. What it accepts inherits kernel keep-alive at 15 s and undelayed sends.
// Throws ListenError: `listen tcp A: bind: address already in use`.
[[nodiscard]] BoundSocket open_tcp(const Endpoint& endpoint, PortSharing sharing);

// A unix datagram socket. A file left by a socket that is gone is replaced (difference Q21). `mode`
// is the file's permissions in octal, as the operator wrote them (behaviour listen.unix-mode); when
// they cannot be read, a warning says so and the umask decides. The socket is never more open than
// asked. Throws SocketExists, or ListenError: `listen unixgram PATH: bind: permission denied`.
[[nodiscard]] BoundSocket open_unixgram(const Endpoint& endpoint, std::string_view mode,
                                        const base::Log& log);

// The same for a listening unix stream socket: `listen unix PATH: bind: permission denied`.
[[nodiscard]] BoundSocket open_unixstream(const Endpoint& endpoint, std::string_view mode,
                                          const base::Log& log);

// The port that `fd` is bound to; 0 for a unix socket.
[[nodiscard]] std::uint16_t local_port(int fd);

// An `errno` as messages word it: `address already in use`. When descriptors are lacking it says
// which limit is to be raised.
[[nodiscard]] std::string describe_errno(int error);

}  // namespace weir::net
