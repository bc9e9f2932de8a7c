// SPDX-License-Identifier: Apache-2.0
#include "weir/net/open_socket.h"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <unistd.h>

#include <fmt/core.h>

#include "net/descriptor_limit.h"
#include "net/tcp_options.h"
#include "weir/base/errno.h"

namespace weir::net {
namespace {

constexpr int kKeepAliveSeconds = 15;

struct OpenRequest {
  int type;  // SOCK_DGRAM or SOCK_STREAM
  PortSharing sharing;
  std::string subject;  // `listen udp :9125`
};

[[noreturn]] void fail(const OpenRequest& request, std::string_view call, int error) {
  throw ListenError(fmt::format("{}: {}: {}", request.subject, call, describe_errno(error)));
}

void set_option(const OpenRequest& request, int fd, int level, int option, int value) {
  if (::setsockopt(fd, level, option, &value, sizeof value) != 0) {
    fail(request, "setsockopt", errno);
  }
}

void set_options(const OpenRequest& request, int fd) {
  if (request.sharing != PortSharing::Exclusive)
    set_option(request, fd, SOL_SOCKET, SO_REUSEPORT, 1);
  if (request.type == SOCK_DGRAM) {
    set_option(request, fd, SOL_SOCKET, SO_BROADCAST, 1);
    return;
  }
  set_option(request, fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (!set_tcp_options(fd)) fail(request, "setsockopt", errno);
}

BoundSocket bind_to(const OpenRequest& request, const Endpoint& endpoint) {
  const int family = endpoint.address.ss_family;
  Descriptor descriptor(::socket(family, request.type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (descriptor.get() < 0) fail(request, "socket", errno);
  set_options(request, descriptor.get());
  if (family == AF_INET6) {
    set_option(request, descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  }
  sockaddr_storage address = endpoint.address;
  if (::bind(descriptor.get(), reinterpret_cast<sockaddr*>(&address), endpoint.length) != 0) {
    fail(request, "bind", errno);
  }
  return {std::move(descriptor), family, endpoint.text};
}

bool has_ipv6() {
  const Descriptor probe(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (probe.get() < 0) return false;
  const int off = 0;
  if (::setsockopt(probe.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0) return false;
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  return ::bind(probe.get(), reinterpret_cast<sockaddr*>(&any), sizeof any) == 0;
}

Endpoint wildcard(int family, const Endpoint& endpoint) {
  Endpoint result;
  result.is_wildcard = true;
  result.text = endpoint.text;
  if (family == AF_INET6) {
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    any.sin6_port = htons(endpoint.port());
    std::memcpy(&result.address, &any, sizeof any);
    result.length = sizeof any;
  } else {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(endpoint.port());
    std::memcpy(&result.address, &any, sizeof any);
    result.length = sizeof any;
  }
  return result;
}

BoundSocket open_one(const OpenRequest& request, const Endpoint& endpoint) {
  if (!endpoint.is_wildcard) return bind_to(request, endpoint);
  return bind_to(request, wildcard(has_ipv6() ? AF_INET6 : AF_INET, endpoint));
}

BoundSocket open_socket(const OpenRequest& request, const Endpoint& endpoint) {
  if (request.sharing == PortSharing::First) {
    // Throws when another socket has the port, and gives it back at once.
    open_one({request.type, PortSharing::Exclusive, request.subject}, endpoint);
  }
  return open_one(request, endpoint);
}

}  // namespace

bool set_tcp_options(int fd) {
  const auto set = [fd](int level, int option, int value) {
    return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
  };
  return set(SOL_SOCKET, SO_KEEPALIVE, 1) && set(IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveSeconds) &&
         set(IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveSeconds) && set(IPPROTO_TCP, TCP_NODELAY, 1);
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

std::string describe_errno(int error) {
  if (error == EMFILE) {
    return fmt::format("too many open files: the process may have {}; raise {}", descriptor_limit(),
                       kDescriptorLimitAdvice);
  }
  if (error == ENFILE) return "too many open files in the whole system: raise fs.file-max";
  return base::errno_text(error);
}

std::uint16_t local_port(int fd) {
  Endpoint endpoint;
  endpoint.length = sizeof endpoint.address;
  auto* address = reinterpret_cast<sockaddr*>(&endpoint.address);
  return ::getsockname(fd, address, &endpoint.length) == 0 ? endpoint.port() : std::uint16_t{0};
}

BoundSocket open_udp(const Endpoint& endpoint, PortSharing sharing) {
  return open_socket({SOCK_DGRAM, sharing, "listen udp " + endpoint.text}, endpoint);
}

BoundSocket open_tcp(const Endpoint& endpoint, PortSharing sharing) {
  const OpenRequest request{SOCK_STREAM, sharing, "listen tcp " + endpoint.text};
  BoundSocket socket = open_socket(request, endpoint);
  if (::listen(socket.descriptor.get(), kBacklogWanted) != 0) fail(request, "listen", errno);
  return socket;
}

}  // namespace weir::net
