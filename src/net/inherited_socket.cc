// SPDX-License-Identifier: Apache-2.0
#include "weir/net/inherited_socket.h"

#include <cstddef>
#include <fcntl.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

#include "net/tcp_options.h"
#include "weir/net/peer.h"

namespace weir::net {
namespace {

std::optional<int> option_of(int fd, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  if (::getsockopt(fd, SOL_SOCKET, option, &value, &length) != 0) return std::nullopt;
  return value;
}

bool is_ip(int family) { return family == AF_INET || family == AF_INET6; }

std::string unix_text(int fd) {
  sockaddr_un address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  if (length <= offsetof(sockaddr_un, sun_path)) return {};
  std::string_view path(address.sun_path, length - offsetof(sockaddr_un, sun_path));
  if (path.front() == '\0') return "@" + std::string(path.substr(1));
  return std::string(path.substr(0, path.find('\0')));
}

}  // namespace

bool SocketKind::is_unix() const { return family == AF_UNIX; }
bool SocketKind::is_udp() const { return is_ip(family) && type == SOCK_DGRAM; }
bool SocketKind::is_tcp() const { return is_ip(family) && type == SOCK_STREAM && is_listening; }
bool SocketKind::is_unix_datagram() const { return is_unix() && type == SOCK_DGRAM; }
bool SocketKind::is_unix_stream() const { return is_unix() && type == SOCK_STREAM && is_listening; }

std::string SocketKind::text() const {
  if (is_udp()) return "a UDP socket";
  if (is_tcp()) return "a listening TCP socket";
  if (is_unix_datagram()) return "a Unix datagram socket";
  if (is_unix_stream()) return "a listening Unix stream socket";
  if (type == SOCK_STREAM && !is_listening) return "a stream socket that does not listen";
  return "a socket of another kind";
}

std::optional<SocketKind> socket_kind(int fd) {
  const auto type = option_of(fd, SO_TYPE);
  const auto family = option_of(fd, SO_DOMAIN);
  if (!type || !family) return std::nullopt;
  return SocketKind{*family, *type, option_of(fd, SO_ACCEPTCONN).value_or(0) != 0};
}

BoundSocket adopt_socket(int fd, const SocketKind& kind) {
  Descriptor descriptor(fd);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  if (kind.is_tcp()) static_cast<void>(set_tcp_options(fd));
  return {std::move(descriptor), kind.family,
          kind.is_unix() ? unix_text(fd) : Peer::local_of(fd).text()};
}

}  // namespace weir::net
