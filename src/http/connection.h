// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/request_reader.h"
#include "http/response_writer.h"
#include "http/stream.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/http/server.h"
#include "weir/net/asio.h"

namespace weir::http {

// What the connections of one server share.
struct ConnectionContext {
  net::asio::io_context& io;
  const Router& router;
  Limits limits;
  const base::Log& log;
  Front front{};
  OtherProtocol other_protocol{};
  ServerStats stats{};
  bool is_stopping = false;
  base::TimePoint stop_deadline = base::TimePoint::max();  // bounds every other
};

// One client's connection: reads its requests and answers them in their order, until either side
// ends it. Its stream decides what carries the bytes; the server keeps the time. Used on the
// server's thread only.
class Connection {
 public:
  // `context` must outlive it.
  Connection(std::unique_ptr<Stream> stream, const ConnectionOrigin& origin,
             ConnectionContext& context);

  // Ends with the connection. Keep it until then, or until its io_context no longer runs. To be
  // called once.
  net::asio::awaitable<void> serve();

  // Takes notice of a stop of the server: closes the connection when it waits for another request,
  // and bounds its time when it does not.
  void stop(base::TimePoint now);
  // Closes the connection when its time is over. True when that breaks an answer off.
  bool close_if_overdue(base::TimePoint now);

 private:
  enum class Phase : std::uint8_t { Idle, Receiving, Responding, Lingering, Streaming };
  struct PendingAnswer;
  static constexpr std::size_t kReadBytesMax = 4096;
  // Of another protocol.
  static constexpr std::size_t kStreamReadBytesMax = 65'536;

  void enter(Phase phase, std::chrono::milliseconds timeout);
  // Answers one request after another.
  net::asio::awaitable<void> serve_requests();
  // Waits for bytes that tell what the connection speaks. False when it is HTTP, whose reader has
  // them then.
  net::asio::awaitable<bool> receive_other_protocol();
  net::asio::awaitable<void> serve_other_protocol();
  // Waits for a request to be ready, or bad. False when the connection ended first.
  net::asio::awaitable<bool> receive();
  // Answers the request that was read. False when nothing may follow on the connection.
  net::asio::awaitable<bool> answer();
  // Sends the response. False when it could not be sent as a whole.
  net::asio::awaitable<bool> send();
  // Sends the bytes that are there; where there are none yet, lets others have their turn, or waits
  // until a live source is to be asked again. False when the connection has ended.
  net::asio::awaitable<bool> send_bytes();
  // False when the client has closed its side meanwhile.
  net::asio::awaitable<bool> pause(std::chrono::milliseconds time);
  // Returns once the answer is there or the connection has been closed.
  net::asio::awaitable<void> await_answer();
  // Ends the connection so that the client still gets the answer while it is sending.
  net::asio::awaitable<void> linger();

  // Null when the answer is deferred; ask again when it is there.
  [[nodiscard]] std::unique_ptr<ResponseWriter> make_writer();
  [[nodiscard]] Response respond();
  // For a request after which nothing is read.
  [[nodiscard]] std::unique_ptr<ResponseWriter> make_last_writer(Response response) const;
  [[nodiscard]] ResponseTerms terms_for(const Response& response) const;
  // False when the response's source has failed, and the connection with it.
  bool advance();
  void defer(const std::function<void(Respond)>& start);
  [[nodiscard]] Response take_answer();
  void count_refused(unsigned status);

  ConnectionContext& context_;
  std::unique_ptr<Stream> stream_;
  const ConnectionOrigin origin_;
  std::string other_bytes_;  // of another protocol
  RequestReader reader_;
  std::shared_ptr<PendingAnswer> pending_;  // while an answer is deferred
  std::unique_ptr<ResponseWriter> writer_;  // while responding
  net::Timer pause_timer_;                  // cancelled when the connection is closed
  std::array<char, kReadBytesMax> input_;
  Phase phase_ = Phase::Idle;
  bool has_answered_ = false;
  base::TimePoint deadline_{};
};

}  // namespace weir::http
