// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/datagram_protocol.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

// The only Asio umbrella: included by the few `.cc` files that await. Every await yields
// `[error, value...]` and never throws.
namespace weir::net {

namespace asio = boost::asio;

using Awaited = asio::as_tuple_t<asio::use_awaitable_t<>>;
using TcpAcceptor = Awaited::as_default_on_t<asio::ip::tcp::acceptor>;
using TcpSocket = Awaited::as_default_on_t<asio::ip::tcp::socket>;
// IP or unix: which of the two is known by the descriptor alone.
using DatagramSocket = Awaited::as_default_on_t<asio::generic::datagram_protocol::socket>;
using StreamAcceptor =
    Awaited::as_default_on_t<asio::basic_socket_acceptor<asio::generic::stream_protocol>>;
using StreamSocket = Awaited::as_default_on_t<asio::generic::stream_protocol::socket>;
using Timer = Awaited::as_default_on_t<asio::steady_timer>;

}  // namespace weir::net
