// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "weir/net/asio.h"
#include "weir/net/open_socket.h"

namespace weir::net {

// Takes a new connection of `Acceptor`. Throws when it cannot, which closes the connection.
template <class Acceptor>
using ConnectionHandler =
    std::function<void(Awaited::as_default_on_t<typename Acceptor::protocol_type::socket>)>;

// Takes over a listening TCP socket.
[[nodiscard]] TcpAcceptor acceptor_of(asio::io_context& context, BoundSocket socket);

// Called with the error of an accept that has failed, or that of taking the connection: no memory
// (ENOMEM), or what a system_error says.
using AcceptErrorHandler = std::function<void(const boost::system::error_code& error)>;

// Accepts until `acceptor` is closed. A failing accept (no descriptors left, usually) is reported
// to `on_error` and followed by a pause, so that it neither ends the loop nor spins. `acceptor`
// must outlive the loop. There is one for TcpAcceptor and one for StreamAcceptor.
template <class Acceptor>
asio::awaitable<void> accept_loop(Acceptor& acceptor, AcceptErrorHandler on_error,
                                  ConnectionHandler<Acceptor> on_connection);

// Accepts what has been connected already and waits for nothing. For the same two.
template <class Acceptor>
void accept_pending(Acceptor& acceptor, const ConnectionHandler<Acceptor>& on_connection);

}  // namespace weir::net
