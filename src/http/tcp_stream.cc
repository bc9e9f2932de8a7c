// SPDX-License-Identifier: Apache-2.0
#include "http/tcp_stream.h"

#include <limits>
#include <utility>

#include <boost/asio/write.hpp>

#include "http/client_side.h"

namespace weir::http {

namespace asio = net::asio;

namespace {

// What one call may send at most: Asio's own condition says 64 KiB, and each call wakes the client.
std::size_t all_at_once(const boost::system::error_code& error, std::size_t /*written*/) {
  return error ? 0 : std::numeric_limits<std::size_t>::max();
}

}  // namespace

TcpStream::TcpStream(net::TcpSocket socket) : socket_(std::move(socket)) {}

asio::awaitable<bool> TcpStream::handshake() { co_return true; }

asio::awaitable<std::size_t> TcpStream::read_some(asio::mutable_buffer buffer) {
  const auto [error, size] = co_await socket_.async_read_some(buffer);
  co_return error ? 0 : size;
}

asio::awaitable<bool> TcpStream::write(asio::const_buffer bytes) {
  const auto [error, size] =
      co_await asio::async_write(socket_, bytes, all_at_once, net::Awaited());
  co_return !error;
}

asio::awaitable<bool> TcpStream::shutdown_send() {
  boost::system::error_code error;
  socket_.shutdown(net::TcpSocket::shutdown_send, error);
  co_return !error;
}

bool TcpStream::is_open() const { return socket_.is_open(); }

bool TcpStream::is_closed_by_client() { return http::is_closed_by_client(socket_.native_handle()); }

bool TcpStream::has_unread() const {
  boost::system::error_code error;
  return socket_.available(error) > 0 && !error;
}

void TcpStream::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void TcpStream::reset() {
  boost::system::error_code ignored;
  socket_.set_option(net::TcpSocket::linger(true, 0), ignored);
  socket_.close(ignored);
}

}  // namespace weir::http
