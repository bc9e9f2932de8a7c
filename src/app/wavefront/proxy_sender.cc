// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/proxy_sender.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>

#include "app/address_lookup.h"
#include "weir/net/coroutine_errors.h"
#include "weir/net/endpoint.h"

namespace weir::app {

namespace {

namespace asio = net::asio;

constexpr std::chrono::milliseconds kFirstPause{1000};
constexpr std::chrono::milliseconds kLongestPause{60'000};
constexpr std::chrono::seconds kConnectTimeMax{10};
constexpr std::chrono::seconds kWriteTimeMax{30};
// Of what is read from the store ahead of a connection that takes it.
constexpr std::size_t kAheadBytes = std::size_t{256} << 10U;

}  // namespace

ProxySender::ProxySender(asio::io_context& context, const WavefrontWriteOptions& options,
                         WavefrontWriteCounts& counts, std::function<void()> on_room,
                         const base::Log& log)
    : context_(context),
      options_(options),
      counts_(counts),
      on_room_(std::move(on_room)),
      log_(log),
      queue_(options.queue_bytes_max),
      socket_(context),
      work_timer_(context, net::Timer::time_point::max()),
      pause_timer_(context),
      deadline_timer_(context),
      stop_timer_(context) {}

void ProxySender::start() {
  asio::co_spawn(context_, run(), [this](const std::exception_ptr& error) {
    net::log_session_end(log_, "Wavefront", error);
    end();
  });
}

void ProxySender::push(LineChunk chunk) {
  if (has_ended_) {
    counts_.dropped += chunk.lines;
    return;
  }
  counts_.dropped += queue_.push(std::move(chunk), is_sending_);
  counts_.queue_bytes = queue_.bytes();
  work_timer_.cancel();
}

bool ProxySender::is_full() const { return counts_.is_connected && queue_.bytes() >= kAheadBytes; }

void ProxySender::hurry() {
  is_hurried_ = true;
  pause_timer_.cancel();
}

void ProxySender::finish(base::TimePoint deadline, std::function<void()> on_end) {
  if (has_ended_) return on_end();
  is_finishing_ = true;
  on_end_ = std::move(on_end);
  work_timer_.cancel();
  stop_timer_.expires_at(deadline);
  stop_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    has_given_up_ = true;
    close();
    pause_timer_.cancel();
  });
}

asio::awaitable<void> ProxySender::run() {
  std::chrono::milliseconds retry = kFirstPause;
  while (!is_over()) {
    if (queue_.empty()) {
      [[maybe_unused]] const auto [cancelled] = co_await work_timer_.async_wait();
      continue;
    }
    const bool is_sent = co_await send_front();
    if (is_sent) {
      retry = kFirstPause;
      continue;
    }
    on_room_();
    has_given_up_ = has_given_up_ || is_hurried_;
    if (is_over()) co_return;
    pause_timer_.expires_after(retry);
    [[maybe_unused]] const auto [cancelled] = co_await pause_timer_.async_wait();
    retry = std::min(2 * retry, kLongestPause);
  }
}

asio::awaitable<bool> ProxySender::send_front() {
  if (!socket_.is_open() || is_closed_by_proxy()) {
    const bool is_connected = co_await connect();
    if (!is_connected) co_return false;
  }
  is_sending_ = true;
  const bool is_written = co_await write_front();
  is_sending_ = false;
  if (!is_written) co_return false;
  const std::uint64_t lines = queue_.front().lines;
  counts_.sent += lines;
  queue_.pop();
  counts_.queue_bytes = queue_.bytes();
  on_room_();
  co_await keep_to_rate(lines);
  co_return true;
}

asio::awaitable<bool> ProxySender::connect() {
  close();
  const net::HostPort parts = net::split_host_port(options_.address);
  const std::string host(parts.host);
  const std::string port(parts.port);
  auto lookup = look_up(pause_timer_, host, port);
  const AddressAnswer answer = co_await std::move(lookup);
  for (const asio::ip::tcp::endpoint& endpoint : answer.endpoints) {
    const bool is_connected = co_await connect_to(endpoint);
    if (is_connected) co_return true;
    if (has_given_up_) co_return false;
  }
  if (answer.endpoints.empty()) note_failure(counts_.connect_failed, answer.fault);
  co_return false;
}

asio::awaitable<bool> ProxySender::connect_to(asio::ip::tcp::endpoint endpoint) {
  socket_ = net::TcpSocket(context_);
  close_at(base::Clock::now() + kConnectTimeMax);
  const auto [error] = co_await socket_.async_connect(endpoint);
  deadline_timer_.cancel();
  if (error || !socket_.is_open()) {
    note_failure(counts_.connect_failed, error.message());
    close();
    co_return false;
  }
  ++counts_.connected;
  counts_.is_connected = true;
  co_return true;
}

asio::awaitable<bool> ProxySender::write_front() {
  close_at(base::Clock::now() + kWriteTimeMax);
  const asio::const_buffer bytes = asio::buffer(queue_.front().bytes);
  const auto [error, size] = co_await asio::async_write(socket_, bytes, net::Awaited());
  deadline_timer_.cancel();
  if (!error) co_return true;
  note_failure(counts_.broken, error.message());
  close();
  co_return false;
}

asio::awaitable<void> ProxySender::keep_to_rate(std::uint64_t lines) {
  const base::TimePoint now = base::Clock::now();
  const std::chrono::duration<double> time(static_cast<double>(lines) /
                                           static_cast<double>(options_.lines_per_second));
  next_send_ = std::max(next_send_, now) + std::chrono::duration_cast<base::Clock::duration>(time);
  if (is_hurried_) co_return;
  pause_timer_.expires_at(next_send_);
  [[maybe_unused]] const auto [cancelled] = co_await pause_timer_.async_wait();
}

// It sends nothing, so there is something to read only when it has ended the connection.
bool ProxySender::is_closed_by_proxy() {
  char byte = 0;
  const auto size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size == 0 || (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

void ProxySender::close_at(base::TimePoint end) {
  deadline_timer_.expires_at(end);
  deadline_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) close();
  });
}

void ProxySender::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  counts_.is_connected = false;
}

void ProxySender::note_failure(std::uint64_t& count, const std::string& error) {
  ++count;
  if (!failures_.pass(base::Clock::now())) return;
  log_.warn("Cannot write to Wavefront", {{"address", options_.address}, {"error", error}});
}

void ProxySender::end() {
  has_ended_ = true;
  counts_.dropped += queue_.clear();
  counts_.queue_bytes = 0;
  close();
  stop_timer_.cancel();
  deadline_timer_.cancel();
  on_room_();
  if (const auto on_end = std::exchange(on_end_, {})) on_end();
}

}  // namespace weir::app
