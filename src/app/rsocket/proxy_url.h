// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::app {

// Where another proxy listens.
struct ProxyUrl {
  bool is_websocket = false;
  std::string address;     // `host:port`
  std::string path = "/";  // of a WebSocket
};

// Reads `tcp://host:7001` or `ws://host:8081/path`; nothing when it is neither.
[[nodiscard]] std::optional<ProxyUrl> parse_proxy_url(std::string_view url);

}  // namespace weir::app
