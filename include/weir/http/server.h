// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/tally.h"
#include "weir/http/router.h"
#include "weir/net/open_socket.h"
#include "weir/net/stream_sink.h"
#include "weir/tls/handshake_stats.h"
#include "weir/tls/server_context.h"

namespace boost::asio {
class io_context;
}

namespace weir::http {

// The bounds of one server. The times are kept to within a quarter of the shortest, at worst a
// second.
struct Limits {
  std::size_t header_bytes_max = 1'052'672;  // 1 MiB + 4 KiB, as the reference; then 431
  // Of a body that its route does not ask for. A longer one is not read: the request is answered
  // and the connection closed.
  std::size_t body_bytes_max = 65'536;
  std::chrono::milliseconds request_timeout{
      30'000};  // from the first byte to the last; of a TLS handshake too
  std::chrono::milliseconds idle_timeout{300'000};   // between two requests
  std::chrono::milliseconds answer_timeout{60'000};  // for a deferred answer
  std::chrono::milliseconds write_timeout{30'000};   // for each chunk
  std::size_t connections_max = 512;
  std::string_view connections_flag{};  // that sets it, for messages; outlives all
};

// Requests answered with an error because of what they are, before a handler was called.
struct RefusedRequests {
  unsigned status;
  base::Tally count;
};

// Written by the server's thread, readable from any.
struct ServerStats {
  base::Tally requests;            // answered, malformed ones too
  base::Tally refused;             // connections closed at once: too many were open
  base::Tally timeouts;            // connections closed within a request or a response
  base::Tally out_of_descriptors;  // the same: only those for files are left
  base::Tally accept_errors;       // each followed by a pause
  base::Tally idle_closed;         // connections of another protocol: silent for too long
  tls::HandshakeStats handshakes;
  std::atomic<std::uint64_t> open{0};
  // One for each status that such an answer may have.
  std::array<RefusedRequests, 6> refused_requests{
      {{400, {}}, {413, {}}, {417, {}}, {431, {}}, {501, {}}, {505, {}}}};
};

// Answers every request in place of the router, which it may ask. Called as a handler is.
using Front = std::function<Response(Request& request)>;

// What stands before the routes of a server. Either may be empty.
struct Protection {
  Front front;
  // What connections speak TLS with; empty: they do not.
  tls::ContextSource tls;
};

// Makes what takes the bytes of a connection that does not begin as a request does, until it is
// silent for `Limits::idle_timeout`. Null from it closes the connection; an empty one takes every
// connection for HTTP.
using OtherProtocol =
    std::function<std::unique_ptr<net::StreamSink>(const ConnectionOrigin& origin)>;

// Serves HTTP/1.1 and 1.0. All of it, the handlers of `router` and sinks included, runs on the
// thread of the io_context, which must outlive the server; `router`, `log` and what the responses
// use too. Destroy it when that context no longer runs.
class Server {
 public:
  // Takes over listening TCP sockets. The limits are of all together.
  Server(boost::asio::io_context& context, std::vector<net::BoundSocket> sockets,
         const Router& router, const Limits& limits, const base::Log& log,
         Protection protection = {}, OtherProtocol other_protocol = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void start();
  // Takes no more connections and closes those that wait for another request; requests under way,
  // and those of connections that have had none yet, are answered until `deadline`, and sinks get
  // what has come for them. The context runs out of the server's work once the last is done, and
  // `on_end` is called. May be called by a handler.
  void stop(base::TimePoint deadline, std::function<void()> on_end = {});

  [[nodiscard]] const ServerStats& stats() const;
  // In the order of the sockets.
  [[nodiscard]] const std::vector<std::uint16_t>& local_ports() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::http
