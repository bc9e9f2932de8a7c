// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/cli/options.h"
#include "weir/doctor/socket_checks.h"

namespace weir::app {

// An address to look at: the kind that messages name, and the text of its flag.
struct WantedAddress {
  std::string kind;  // `udp`, `tcp`, `unixgram`, `unixstream`, `web`
  std::string address;
};

// All addresses of the daemon's flags.
[[nodiscard]] std::vector<WantedAddress> addresses_of(const Options& options);

// What is at these addresses on this machine, of /proc and by binding those that are free. Those
// of which the text is no address throw net::ListenError.
[[nodiscard]] std::vector<doctor::ListenAddress> look_at(const std::vector<WantedAddress>& wanted);

}  // namespace weir::app
