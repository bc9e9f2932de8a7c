// SPDX-License-Identifier: Apache-2.0
#include "weir/net/endpoint.h"

#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <sys/un.h>

#include <fmt/core.h>

#include "weir/net/port.h"

namespace weir::net {
namespace {

std::uint16_t statsd_port(std::string_view text) {
  const auto port = parse_port_number(text);
  if (!port) {
    throw ListenError(fmt::format("bad port {}: it must be a number from 0 to 65535", text));
  }
  return *port;
}

std::uint16_t web_port(std::string_view text) {
  const auto port = parse_port(text, Transport::Tcp);
  if (port) return *port;
  if (port.error() == PortError::UnknownService) {
    throw ListenError(fmt::format("listen tcp: lookup tcp/{}: unknown port", text));
  }
  throw ListenError(
      fmt::format("listen tcp: address {}: invalid port: it must be from 0 to 65535", text));
}

Endpoint v4_endpoint(in_addr host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = host;
  address.sin_port = htons(port);
  std::array<char, INET_ADDRSTRLEN> digits{};
  ::inet_ntop(AF_INET, &host, digits.data(), digits.size());

  Endpoint endpoint;
  std::memcpy(&endpoint.address, &address, sizeof address);
  endpoint.length = sizeof address;
  endpoint.is_wildcard = host.s_addr == htonl(INADDR_ANY);
  endpoint.text = fmt::format("{}:{}", digits.data(), port);
  return endpoint;
}

// `host` is the address as written, with its zone.
Endpoint v6_endpoint(sockaddr_in6 address, std::string_view host, std::uint16_t port) {
  if (IN6_IS_ADDR_V4MAPPED(&address.sin6_addr)) {
    in_addr mapped{};
    std::memcpy(&mapped, &address.sin6_addr.s6_addr[12], sizeof mapped);
    return v4_endpoint(mapped, port);
  }
  address.sin6_port = htons(port);

  Endpoint endpoint;
  std::memcpy(&endpoint.address, &address, sizeof address);
  endpoint.length = sizeof address;
  endpoint.is_wildcard = IN6_IS_ADDR_UNSPECIFIED(&address.sin6_addr);
  endpoint.text = fmt::format("[{}]:{}", host, port);
  return endpoint;
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses look_up(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_flags = flags;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  return ::getaddrinfo(host.c_str(), nullptr, &hints, &found) == 0 ? Addresses(found) : Addresses();
}

Endpoint endpoint_of(const addrinfo& found, std::string_view host, std::uint16_t port) {
  if (found.ai_family == AF_INET) {
    sockaddr_in address{};
    std::memcpy(&address, found.ai_addr, sizeof address);
    return v4_endpoint(address.sin_addr, port);
  }
  sockaddr_in6 address{};
  std::memcpy(&address, found.ai_addr, sizeof address);
  return v6_endpoint(address, host, port);
}

// The resolver also takes `127.1` and `0x7f000001` for addresses; the reference does not.
bool is_shorthand_v4(const std::string& host) {
  in_addr ignored{};
  return ::inet_pton(AF_INET, host.c_str(), &ignored) != 1 &&
         ::inet_aton(host.c_str(), &ignored) != 0;
}

std::optional<Endpoint> resolve(const std::string& host, std::uint16_t port) {
  if (is_shorthand_v4(host)) return std::nullopt;
  const Addresses numeric = look_up(host, AI_NUMERICHOST);
  if (numeric) return endpoint_of(*numeric, host, port);
  const Addresses named = look_up(host, 0);
  const addrinfo* chosen = named.get();
  for (const addrinfo* each = named.get(); each != nullptr; each = each->ai_next) {
    if (each->ai_family == AF_INET) {
      chosen = each;
      break;
    }
  }
  if (chosen == nullptr) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> digits{};
  ::getnameinfo(chosen->ai_addr, chosen->ai_addrlen, digits.data(), digits.size(), nullptr, 0,
                NI_NUMERICHOST);
  return endpoint_of(*chosen, digits.data(), port);
}

[[noreturn]] void reject_address(std::string_view address, std::string_view why) {
  throw ListenError(fmt::format("address {}: {}", address, why));
}

// The host's end when it is in brackets: the port's colon has to follow at once.
std::size_t bracket_end(std::string_view address, std::size_t colon) {
  const std::size_t close = address.find(']');
  if (close == std::string_view::npos) reject_address(address, "missing ']' in address");
  if (close + 1 != colon) {
    const bool has_more_colons = close + 1 < address.size() && address[close + 1] == ':';
    reject_address(address,
                   has_more_colons ? "too many colons in address" : "missing port in address");
  }
  return close;
}

}  // namespace

std::uint16_t Endpoint::port() const {
  if (is_unix()) return 0;
  // The port lies at the same place in both families of IP.
  sockaddr_in start{};
  std::memcpy(&start, &address, sizeof start);
  return ntohs(start.sin_port);
}

void Endpoint::set_port(std::uint16_t port) {
  sockaddr_in start{};
  std::memcpy(&start, &address, sizeof start);
  start.sin_port = htons(port);
  std::memcpy(&address, &start, sizeof start);
}

HostPort split_host_port(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) reject_address(address, "missing port in address");
  const bool has_bracket = address.starts_with('[');
  const std::size_t begin = has_bracket ? 1 : 0;
  const std::size_t end = has_bracket ? bracket_end(address, colon) : colon;
  const std::string_view host = address.substr(begin, end - begin);
  if (!has_bracket && host.find(':') != std::string_view::npos) {
    reject_address(address, "too many colons in address");
  }
  if (address.find('[', begin) != std::string_view::npos) {
    reject_address(address, "unexpected '[' in address");
  }
  if (address.find(']', has_bracket ? end + 1 : 0) != std::string_view::npos) {
    reject_address(address, "unexpected ']' in address");
  }
  return {host, address.substr(colon + 1)};
}

Endpoint statsd_endpoint(std::string_view address) {
  HostPort parts;
  try {
    parts = split_host_port(address);
  } catch (const ListenError&) {
    throw ListenError(
        fmt::format("bad StatsD listening address: {}: it must be HOST:PORT or :PORT", address));
  }
  const std::uint16_t port = statsd_port(parts.port);
  const std::string host(parts.host.empty() ? std::string_view("0.0.0.0") : parts.host);
  auto endpoint = resolve(host, port);
  if (!endpoint) {
    throw ListenError(fmt::format("unable to resolve {}: lookup {}: no such host", host, host));
  }
  return *std::move(endpoint);
}

Endpoint web_endpoint(std::string_view address) {
  if (address.starts_with("vsock://")) {
    throw ListenError(fmt::format(
        "listen {}: sockets of VMs are not served: it must be HOST:PORT or :PORT", address));
  }
  HostPort parts;
  try {
    parts = split_host_port(address.empty() ? ":http" : address);
  } catch (const ListenError& error) {
    throw ListenError(fmt::format("listen tcp: {}", error.what()));
  }
  const std::uint16_t port = web_port(parts.port);
  if (parts.host.empty()) {
    Endpoint endpoint = v4_endpoint({htonl(INADDR_ANY)}, port);
    endpoint.text = fmt::format(":{}", port);
    return endpoint;
  }
  const std::string host(parts.host);
  auto endpoint = resolve(host, port);
  if (!endpoint) throw ListenError(fmt::format("listen tcp: lookup {}: no such host", host));
  return *std::move(endpoint);
}

Endpoint unix_endpoint(std::string_view path) {
  sockaddr_un address{};
  // An abstract name has no end mark, which leaves one byte more.
  const bool is_abstract = path.starts_with('@');
  const std::size_t bytes_max = sizeof address.sun_path - (is_abstract ? 0 : 1);
  if (path.empty()) throw ListenError("the path of a unix socket is empty");
  if (path.size() > bytes_max) {
    throw ListenError(
        fmt::format("the path of a unix socket is longer than {} bytes: {}", bytes_max, path));
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (is_abstract) address.sun_path[0] = '\0';

  Endpoint endpoint;
  std::memcpy(&endpoint.address, &address, sizeof address);
  endpoint.length =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (is_abstract ? 0 : 1));
  endpoint.text = path;
  return endpoint;
}

}  // namespace weir::net
