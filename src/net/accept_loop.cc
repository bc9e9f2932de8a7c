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

asio::awaitable<void> accept_loop(TcpAcceptor& acceptor, base::Tally& errors,
                                  std::function<void(TcpSocket)> on_connection) {
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

void accept_pending(TcpAcceptor& acceptor, const std::function<void(TcpSocket)>& on_connection) {
  boost::system::error_code error;
  acceptor.non_blocking(true, error);
  while (!error) {
    TcpSocket socket(acceptor.get_executor());
    acceptor.accept(socket, error);
    if (!error) on_connection(std::move(socket));
  }
}

}  // namespace weir::net
