// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "http/stream.h"
#include "weir/tls/handshake_stats.h"
#include "weir/tls/session.h"

namespace weir::http {

// A stream of TLS over its TCP connection.
class TlsStream : public Stream {
 public:
  // `log` must outlive it.
  TlsStream(net::TcpSocket socket, std::shared_ptr<const tls::ServerContext> context,
            tls::HandshakeLog& log);
  ~TlsStream() override;

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
  // Until the step may be tried again. False when the socket has been closed.
  net::asio::awaitable<bool> wait_for(tls::Step step);
  void note_failed();
  // For clients that do not speak TLS.
  void answer_plainly();

  net::TcpSocket socket_;
  tls::HandshakeLog& log_;
  std::string peer_;
  tls::Session session_;
};

}  // namespace weir::http
