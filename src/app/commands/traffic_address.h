// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/listen_plan.h"

namespace weir::app {

// Where StatsD is received or sent to, as `weir capture` and `weir replay` are told:
// `udp://HOST:PORT`, `tcp://HOST:PORT`, `unixgram://PATH`, `unixstream://PATH`, or `HOST:PORT` for
// UDP and TCP.
struct TrafficAddress {
  // None: UDP and TCP.
  std::optional<ListenerKind> kind;
  // `HOST:PORT` or a path, not looked at.
  std::string address;
};

inline constexpr std::string_view kTrafficAddressForms =
    "HOST:PORT, or udp://, tcp://HOST:PORT, unixgram:// or unixstream://PATH";

// None for a text of another form.
[[nodiscard]] std::optional<TrafficAddress> parse_traffic_address(std::string_view text);

}  // namespace weir::app
