// SPDX-License-Identifier: Apache-2.0
#include "weir/net/accept_loop.h"

#include <cassert>
#include <chrono>
#include <exception>
#include <new>
#include <utility>

#include <boost/system/system_error.hpp>

namespace weir::net {
namespace {

constexpr std::chrono::milliseconds kErrorPause{100};
// Ends a turn under a flood of connections, so that those that are open get theirs.
constexpr int kAcceptsPerWakeMax = 16;
// No more can have waited when it began, since the kernel keeps one beyond its backlog.
constexpr int kPendingMax = kBacklogWanted + 1;

// What has been thrown, as far as an error says it.
boost::system::error_code current_error() {
  namespace errc = boost::system::errc;
  try {
    throw;
  } catch (const boost::system::system_error& error) {
    return error.code();
  } catch (const std::bad_alloc&) {
    return make_error_code(errc::not_enough_memory);
  } catch (...) {
    return make_error_code(errc::io_error);
  }
}

// A connection that cannot be served is closed, and what has kept it from that is an error of its
// accept.
template <class Handler, class Socket>
boost::system::error_code hand_on(const Handler& on_connection, Socket socket) {
  try {
    on_connection(std::move(socket));
    return {};
  } catch (...) {
    return current_error();
  }
}

// Up to `count` connections; yields what ended it before, `would_block` when none waits.
template <class Acceptor>
boost::system::error_code accept_waiting(Acceptor& acceptor, int count,
                                         const ConnectionHandler<Acceptor>& on_connection) {
  boost::system::error_code error;
  acceptor.non_blocking(true, error);
  // Without it Asio waits, whatever was just said, for another in the place of one that is gone.
  acceptor.set_option(asio::socket_base::enable_connection_aborted(true), error);
  for (int i = 0; i < count && !error; ++i) {
    Awaited::as_default_on_t<typename Acceptor::protocol_type::socket> socket(
        acceptor.get_executor());
    acceptor.accept(socket, error);
    if (!error) error = hand_on(on_connection, std::move(socket));
    if (error == asio::error::connection_aborted) error.clear();
  }
  return error;
}

// Without memory for a line of the log there is none.
void report(const AcceptErrorHandler& on_error, const boost::system::error_code& error) {
  try {
    on_error(error);
  } catch (const std::bad_alloc&) {
    return;
  }
}

}  // namespace

TcpAcceptor acceptor_of(asio::io_context& context, BoundSocket socket) {
  assert(!socket.is_unix());
  const auto protocol = socket.family == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
  TcpAcceptor acceptor(context);
  acceptor.assign(protocol, socket.descriptor.get());
  static_cast<void>(socket.descriptor.release());
  return acceptor;
}

// Waits, and accepts afterwards: Asio's own accept may hold a connection that its handler has not
// been given yet, which is lost when the acceptor is closed between the two.
template <class Acceptor>
asio::awaitable<void> accept_loop(Acceptor& acceptor, AcceptErrorHandler on_error,
                                  ConnectionHandler<Acceptor> on_connection) {
  Timer pause(acceptor.get_executor());
  while (acceptor.is_open()) {
    [[maybe_unused]] const auto [wait_end] = co_await acceptor.async_wait(Acceptor::wait_read);
    if (!acceptor.is_open()) co_return;
    const auto end = accept_waiting(acceptor, kAcceptsPerWakeMax, on_connection);
    if (!end || end == asio::error::would_block) continue;
    report(on_error, end);
    pause.expires_after(kErrorPause);
    [[maybe_unused]] const auto [pause_end] = co_await pause.async_wait();
  }
}

template <class Acceptor>
void accept_pending(Acceptor& acceptor, const ConnectionHandler<Acceptor>& on_connection) {
  static_cast<void>(accept_waiting(acceptor, kPendingMax, on_connection));
}

template asio::awaitable<void> accept_loop(TcpAcceptor&, AcceptErrorHandler,
                                           ConnectionHandler<TcpAcceptor>);
template asio::awaitable<void> accept_loop(StreamAcceptor&, AcceptErrorHandler,
                                           ConnectionHandler<StreamAcceptor>);
template void accept_pending(TcpAcceptor&, const ConnectionHandler<TcpAcceptor>&);
template void accept_pending(StreamAcceptor&, const ConnectionHandler<StreamAcceptor>&);

}  // namespace weir::net
