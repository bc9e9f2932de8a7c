// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "weir/net/asio.h"

namespace weir::app {

struct AddressAnswer {
  std::vector<net::asio::ip::tcp::endpoint> endpoints;
  std::string fault;  // where there are none
};

// The addresses of `host`, in the order in which they are to be tried. Names are looked up on a
// thread of their own, detached: a resolver takes its time, and neither the thread that waits nor
// the end of the process may be kept by it. Waits by `timer`, which outlives it; cancelling that
// gives up.
[[nodiscard]] net::asio::awaitable<AddressAnswer> look_up(net::Timer& timer, std::string host,
                                                          std::string port);

}  // namespace weir::app
