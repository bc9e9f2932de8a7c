// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "app/commands/http_client.h"
#include "weir/net/open_socket.h"
#include "weir/tls/client_session.h"

namespace weir::app {

// A connection to the server of a URL, by TLS for `https`. Its errors are std::runtime_error, and
// name the server and nothing of the URL's credentials. One thread, which waits.
class HttpConnection {
 public:
  // `url` must outlive it. Connects, which waits for `patience` at most for each address that the
  // name has, and for each step of the handshake.
  HttpConnection(const HttpUrl& url, HttpPatience patience);

  void send(std::string_view bytes);
  // Some of what the server has sent; 0 at its end.
  [[nodiscard]] std::size_t receive(std::span<char> into);
  // The same; none when nothing has come within `time`, or a signal was handled.
  [[nodiscard]] std::optional<std::size_t> receive_within(std::span<char> into,
                                                          std::chrono::milliseconds time);

 private:
  // Of a wait.
  enum class Event : std::uint8_t { Ready, Timeout, Signal };
  // Throws HttpInterrupted.
  Event wait_once(int fd, short events, std::chrono::milliseconds time) const;
  // Throws when the patience ends.
  void wait(int fd, short events) const;
  [[noreturn]] void fail(std::string_view what) const;
  [[nodiscard]] net::Descriptor connect() const;
  void shake_hands();
  void send_plain(std::string_view bytes);
  // None where the socket has nothing now.
  [[nodiscard]] std::optional<std::size_t> receive_plain(std::span<char> into);
  [[nodiscard]] std::optional<std::size_t> try_receive(std::span<char> into);
  // Gives the session what the socket has; false when that is nothing now.
  bool feed_session();

  const HttpUrl* url_;
  HttpPatience patience_;
  net::Descriptor socket_;
  std::unique_ptr<tls::ClientSession> session_;  // null without TLS
};

}  // namespace weir::app
