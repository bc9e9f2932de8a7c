// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/proxy_url.h"

#include <algorithm>

namespace weir::app {

std::optional<ProxyUrl> parse_proxy_url(std::string_view url) {
  constexpr std::string_view kTcp = "tcp://";
  constexpr std::string_view kWebSocket = "ws://";
  ProxyUrl parsed;
  parsed.is_websocket = url.starts_with(kWebSocket);
  if (!parsed.is_websocket && !url.starts_with(kTcp)) return std::nullopt;
  url.remove_prefix(parsed.is_websocket ? kWebSocket.size() : kTcp.size());
  const std::size_t slash = std::min(url.find('/'), url.size());
  parsed.address = url.substr(0, slash);
  if (slash < url.size()) parsed.path = url.substr(slash);
  const std::size_t colon = parsed.address.rfind(':');
  const bool has_port =
      colon != std::string::npos && colon > 0 && colon + 1 < parsed.address.size();
  if (!has_port || (!parsed.is_websocket && parsed.path != "/")) return std::nullopt;
  return parsed;
}

}  // namespace weir::app
