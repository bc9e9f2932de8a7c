// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "weir/base/tally.h"
#include "weir/net/asio.h"
#include "weir/net/endpoint.h"

namespace weir::net {

// A listening socket whose connections inherit kernel keep-alive at 15 s. Throws ListenError.
[[nodiscard]] TcpAcceptor open_acceptor(asio::io_context& context, const Endpoint& endpoint,
                                        PortSharing sharing);

// Accepts until `acceptor` is closed. A failing accept (no descriptors left, usually) is counted in
// `errors` and followed by a pause, so that it neither ends the loop nor spins. `acceptor` and
// `errors` must outlive the loop.
asio::awaitable<void> accept_loop(TcpAcceptor& acceptor, base::Tally& errors,
                                  std::function<void(TcpSocket)> on_connection);

// Accepts what has been connected already and waits for nothing.
void accept_pending(TcpAcceptor& acceptor, const std::function<void(TcpSocket)>& on_connection);

}  // namespace weir::net
