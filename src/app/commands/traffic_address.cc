// SPDX-License-Identifier: Apache-2.0
#include "app/commands/traffic_address.h"

namespace weir::app {

std::optional<TrafficAddress> parse_traffic_address(std::string_view text) {
  constexpr std::string_view kSeparator = "://";
  const auto end = text.find(kSeparator);
  if (end == std::string_view::npos) {
    if (text.find(':') == std::string_view::npos || text.front() == '/') return std::nullopt;
    return TrafficAddress{std::nullopt, std::string(text)};
  }
  const auto scheme = text.substr(0, end);
  const auto rest = text.substr(end + kSeparator.size());
  if (rest.empty()) return std::nullopt;
  for (const auto kind :
       {ListenerKind::Udp, ListenerKind::Tcp, ListenerKind::Unixgram, ListenerKind::Unixstream}) {
    if (scheme == name_of(kind)) return TrafficAddress{kind, std::string(rest)};
  }
  return std::nullopt;
}

}  // namespace weir::app
