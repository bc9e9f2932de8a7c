// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string_view>

#include <fmt/core.h>

#include "weir/net/port.h"
#include "weir/relay/relay.h"

namespace weir::relay {

namespace {

std::uint16_t udp_port(std::string_view text) {
  const auto port = net::parse_port(text, net::Transport::Udp);
  if (port) return *port;
  if (port.error() == net::PortError::UnknownService) {
    throw net::ListenError(fmt::format("lookup udp/{}: unknown port", text));
  }
  throw net::ListenError(fmt::format("address {}: invalid port", text));
}

}  // namespace

net::Endpoint relay_endpoint(std::string_view target) {
  const net::HostPort parts = net::split_host_port(target);
  const std::uint16_t port = udp_port(parts.port);
  try {
    return net::statsd_endpoint(fmt::format("[{}]:{}", parts.host, port));
  } catch (const net::ListenError&) {
    // Both parts have been read, so it is the name that is not known.
    throw net::LookupError(fmt::format("lookup {}: no such host", parts.host));
  }
}

}  // namespace weir::relay
