// SPDX-License-Identifier: Apache-2.0
#include "weir/net/accept_loop.h"

#include <chrono>

#include "net/socket.h"

namespace weir::net {
namespace {

constexpr std::chrono::milliseconds kErrorPause{100};

}  // namespace

TcpAcceptor open_acceptor(asio::io_context& context, const Endpoint& endpoint,
                          PortSharing sharing) {
  BoundSocket bound = open_tcp(endpoint, sharing);
  const auto protocol = bound.family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
  TcpAcceptor acceptor(context);
  acceptor.assign(protocol, bound.descriptor.get());
  static_cast<void>(bound.descriptor.release());
  return acceptor;
}

template <class Acceptor>
asio::awaitable<void> accept_loop(Acceptor& acceptor, base::Tally& errors,
                                  ConnectionHandler<Acceptor> on_connection) {
  Timer pause(acceptor.get_executor());
  while (acceptor.is_open()) {
    auto [error, socket] = co_await acceptor.async_accept();
    // Closing during the pause fails with something else than an abort, so the acceptor is asked.
    if (!acceptor.is_open()) co_return;
    if (!error) {
      on_connection(std::move(socket));
      continue;
    }
    errors.add();
    pause.expires_after(kErrorPause);
    [[maybe_unused]] const auto [pause_end] = co_await pause.async_wait();
  }
}

template <class Acceptor>
void accept_pending(Acceptor& acceptor, const ConnectionHandler<Acceptor>& on_connection) {
  boost::system::error_code error;
  acceptor.non_blocking(true, error);
  while (!error) {
    Awaited::as_default_on_t<typename Acceptor::protocol_type::socket> socket(
        acceptor.get_executor());
    acceptor.accept(socket, error);
    if (!error) on_connection(std::move(socket));
  }
}

template asio::awaitable<void> accept_loop(TcpAcceptor&, base::Tally&,
                                           ConnectionHandler<TcpAcceptor>);
template asio::awaitable<void> accept_loop(StreamAcceptor&, base::Tally&,
                                           ConnectionHandler<StreamAcceptor>);
template void accept_pending(TcpAcceptor&, const ConnectionHandler<TcpAcceptor>&);
template void accept_pending(StreamAcceptor&, const ConnectionHandler<StreamAcceptor>&);

}  // namespace weir::net
