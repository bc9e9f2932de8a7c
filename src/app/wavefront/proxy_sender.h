// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/wavefront/line_queue.h"
#include "app/wavefront/wavefront_options.h"
#include "app/wavefront/write_counts.h"
#include "weir/base/clock.h"
#include "weir/base/log.h"
#include "weir/base/log_gate.h"
#include "weir/net/asio.h"

namespace weir::app {

// Sends lines to a proxy of Wavefront over one TCP connection: the oldest first, no faster than the
// rate allows, and again after a pause where the connection fails. The proxy answers nothing, so
// what it had not read when it went is lost. On the thread of the io_context.
class ProxySender {
 public:
  // All of it outlives the sender. `on_room` is called whenever it may be full no more.
  ProxySender(net::asio::io_context& context, const WavefrontWriteOptions& options,
              WavefrontWriteCounts& counts, std::function<void()> on_room, const base::Log& log);

  void start();
  // The oldest lines that wait may go for it.
  void push(LineChunk chunk);
  // Whether enough waits for a connection that takes it.
  [[nodiscard]] bool is_full() const;
  // From here on it keeps to no rate, and makes no pause after a failure: the next one is the last.
  void hurry();
  // Nothing is pushed any more: sends what waits until `deadline`, then calls `on_end`. Once, after
  // `hurry`.
  void finish(base::TimePoint deadline, std::function<void()> on_end);

 private:
  net::asio::awaitable<void> run();
  // Sends the chunk in front. False when it is to be tried again, after a pause.
  net::asio::awaitable<bool> send_front();
  net::asio::awaitable<bool> connect();
  net::asio::awaitable<bool> connect_to(net::asio::ip::tcp::endpoint endpoint);
  net::asio::awaitable<bool> write_front();
  net::asio::awaitable<void> keep_to_rate(std::uint64_t lines);
  [[nodiscard]] bool is_closed_by_proxy();
  // Unless the timer is cancelled before.
  void close_at(base::TimePoint end);
  void close();
  void note_failure(std::uint64_t& count, const std::string& error);
  [[nodiscard]] bool is_over() const { return has_given_up_ || (is_finishing_ && queue_.empty()); }
  void end();

  net::asio::io_context& context_;
  const WavefrontWriteOptions& options_;
  WavefrontWriteCounts& counts_;
  const std::function<void()> on_room_;
  const base::Log& log_;
  base::LogGate failures_;
  LineQueue queue_;
  net::TcpSocket socket_;
  net::Timer work_timer_;   // never over; cancelled when there is something to do
  net::Timer pause_timer_;  // cancelled by a stop alone
  net::Timer deadline_timer_;
  net::Timer stop_timer_;
  base::TimePoint next_send_;
  bool is_sending_ = false;
  bool is_hurried_ = false;
  bool is_finishing_ = false;
  bool has_given_up_ = false;
  bool has_ended_ = false;
  std::function<void()> on_end_;
};

}  // namespace weir::app
