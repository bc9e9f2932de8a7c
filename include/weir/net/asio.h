// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

// The only Asio umbrella: included by the few `.cc` files that await. Every await yields
// `[error, value...]` and never throws.
namespace weir::net {

namespace asio = boost::asio;

using Awaited = asio::as_tuple_t<asio::use_awaitable_t<>>;
using TcpAcceptor = Awaited::as_default_on_t<asio::ip::tcp::acceptor>;
using TcpSocket = Awaited::as_default_on_t<asio::ip::tcp::socket>;
using UdpSocket = Awaited::as_default_on_t<asio::ip::udp::socket>;
using Timer = Awaited::as_default_on_t<asio::steady_timer>;

}  // namespace weir::net
