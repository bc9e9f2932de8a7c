// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "weir/net/asio.h"

namespace weir::http {

// The two directions of a connection, whatever carries them. One read and one write may be under
// way at a time, and the stream must stay until they have ended. Nothing of it throws.
class Stream {
 public:
  Stream() = default;
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // To be called once, before anything else. False when the connection is not to be served.
  virtual net::asio::awaitable<bool> handshake() = 0;
  // Waits for bytes; how many they are. 0 when none will come any more.
  virtual net::asio::awaitable<std::size_t> read_some(net::asio::mutable_buffer buffer) = 0;
  // Sends all of `bytes`, which must stay until then. False when it cannot.
  virtual net::asio::awaitable<bool> write(net::asio::const_buffer bytes) = 0;
  // Lets the client know that nothing follows. False when it cannot.
  virtual net::asio::awaitable<bool> shutdown_send() = 0;

  [[nodiscard]] virtual bool is_open() const = 0;
  // The client has closed its side, or the connection is broken; it may still take bytes.
  [[nodiscard]] virtual bool is_closed_by_client() = 0;
  // Bytes have come that no read has taken.
  [[nodiscard]] virtual bool has_unread() const = 0;
  // Ends what is under way. Closing twice does nothing.
  virtual void close() = 0;
  // As close, and the client does not take what it has received for the whole.
  virtual void reset() = 0;
};

}  // namespace weir::http
