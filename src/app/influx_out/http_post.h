// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "app/influx_out/write_url.h"
#include "weir/net/asio.h"
#include "weir/tls/client_session.h"

namespace weir::app {

// A request with a body.
struct HttpPost {
  std::string target;
  std::string content_type;
  bool is_gzip = false;
  std::string authorization;  // "" for none
  std::string_view body;      // outlives the request
};

struct HttpReply {
  // "" when there is an answer; else what kept it from coming.
  std::string fault;
  unsigned status = 0;
  std::string retry_after;
  std::string body;
};

// Sends requests to one server, one at a time, over a connection that is kept. Runs on the thread
// of `context` and never blocks it: names are looked up on a thread of their own.
class HttpPoster {
 public:
  // `url` outlives it.
  HttpPoster(net::asio::io_context& context, const InfluxWriteUrl& url, tls::ServerTrust trust);
  ~HttpPoster();
  HttpPoster(const HttpPoster&) = delete;
  HttpPoster& operator=(const HttpPoster&) = delete;

  // A connection that was kept and proves to be gone is replaced once.
  net::asio::awaitable<HttpReply> post(HttpPost request);
  // Ends what is under way, with a fault.
  void break_off();

 private:
  // Each gives what went wrong, "" for nothing.
  using Fault = std::string;

  net::asio::awaitable<HttpReply> attempt(std::string_view head, std::string_view body);
  net::asio::awaitable<Fault> connect();
  net::asio::awaitable<Fault> shake_hands();
  net::asio::awaitable<Fault> send(std::string_view bytes);
  net::asio::awaitable<Fault> send_plain(std::string_view bytes);
  // Appends some of what the server has sent to `into`; nothing at its end.
  net::asio::awaitable<Fault> receive(std::string& into);
  net::asio::awaitable<Fault> receive_plain(std::string& into);
  net::asio::awaitable<HttpReply> receive_reply();
  void watch_time();
  void close();
  [[nodiscard]] Fault broken(std::string_view step, const boost::system::error_code& error) const;

  const InfluxWriteUrl& url_;
  const tls::ServerTrust trust_;
  net::TcpSocket socket_;
  net::Timer timer_;
  net::Timer lookup_timer_;
  std::unique_ptr<tls::ClientSession> session_;  // null without TLS
  // Of the request under way; an older one's time no longer counts.
  std::uint64_t request_ = 0;
  bool is_late_ = false;
  bool is_broken_off_ = false;
  // The server has sent something of the answer.
  bool has_answered_ = false;
};

}  // namespace weir::app
