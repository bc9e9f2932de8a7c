// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/stream.h"

namespace weir::http {

// A stream that is nothing but its TCP connection.
class TcpStream : public Stream {
 public:
  explicit TcpStream(net::TcpSocket socket);

  net::asio::awaitable<bool> handshake() override;
  net::asio::awaitable<std::size_t> read_some(net::asio::mutable_buffer buffer) override;
  net::asio::awaitable<bool> write(net::asio::const_buffer bytes) override;
  net::asio::awaitable<bool> shutdown_send() override;

  [[nodiscard]] bool is_open() const override;
  [[nodiscard]] bool is_closed_by_client() override;
  [[nodiscard]] bool has_unread() const override;
  void close() override;
  void reset() override;

 private:
  net::TcpSocket socket_;
};

}  // namespace weir::http
