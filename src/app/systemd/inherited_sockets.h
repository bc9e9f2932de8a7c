// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/cli/options.h"
#include "app/listen_plan.h"
#include "app/systemd/activation.h"
#include "weir/net/open_socket.h"

namespace weir::app {

// Sockets that the service manager opened, by what weir does with them.
struct InheritedSockets {
  ListenSockets statsd;
  std::vector<net::BoundSocket> http;
};

// Takes over what `variables` name for this process (behaviour systemd.sockets): by the names
// `udp`, `tcp`, `unixgram`, `unixstream` and `http`, or `statsd`, of which the kind of the socket
// decides. With --web.systemd-socket listening TCP sockets of any other name are for HTTP, and one
// has to be there. Throws StartError for a name or a kind that does not fit; what was taken over is
// closed then. Once.
[[nodiscard]] InheritedSockets take_inherited_sockets(const ListenVariables& variables,
                                                      const Options& options);

// Where to listen of its own, in place of what the flags say by default: nowhere for a kind of
// which there are inherited sockets. What a flag names otherwise is opened all the same.
[[nodiscard]] ListenAddresses listen_addresses(const Options& options,
                                               const InheritedSockets& inherited);

// Deals the inherited StatsD sockets out: the first of a kind to the first worker, the second to
// the second, and so on. A warning says which kinds have fewer than there are workers, so that some
// of these get nothing.
void deal_out(ListenSockets inherited, std::vector<ListenSockets>& workers, const base::Log& log);

}  // namespace weir::app
