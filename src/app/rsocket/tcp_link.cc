// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/tcp_link.h"

#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "weir/net/coroutine_errors.h"

namespace weir::app {

namespace {

constexpr std::string_view kTcpTitle = "RSocket TCP";
// Ends a turn under constant load, so that the other connections get theirs.
constexpr int kReadsPerWakeMax = 4;

}  // namespace

void TcpLink::open(net::TcpSocket socket, ConnectedApps& apps, ReadBuffer& buffer,
                   const base::Log& log) {
  const auto executor = socket.get_executor();
  const auto link = std::make_shared<TcpLink>(std::move(socket), apps, buffer, log);
  link->self_ = link;
  net::asio::co_spawn(executor, read(link), [&log](const std::exception_ptr& error) {
    net::log_session_end(log, kTcpTitle, error);
  });
}

TcpLink::TcpLink(net::TcpSocket socket, ConnectedApps& apps, ReadBuffer& buffer,
                 const base::Log& log)
    : socket_(std::move(socket)),
      apps_(apps),
      buffer_(buffer),
      log_(log),
      splitter_(apps.options().frame_bytes_max),
      lease_(apps.budget()),
      connection_(apps, *this) {}

net::asio::awaitable<void> TcpLink::read(Self link) {
  while (!link->has_ended_) {
    const auto [error] = co_await link->socket_.async_wait(net::TcpSocket::wait_read);
    if (link->has_ended_) co_return;
    if (error) {
      link->end(ConnectionEnd::Closed);
    } else {
      link->read_for_one_wake();
    }
  }
}

void TcpLink::read_for_one_wake() {
  for (int i = 0; i < kReadsPerWakeMax && !has_ended_; ++i) {
    const ssize_t count =
        ::recv(socket_.native_handle(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (count <= 0) return end(ConnectionEnd::Closed);
    const auto size = static_cast<std::size_t>(count);
    take({buffer_.data(), size});
    if (size < buffer_.size()) return;
  }
}

void TcpLink::take(std::string_view bytes) {
  apps_.counts().bytes.add(bytes.size());
  splitter_.append(bytes);
  rsocket::Connection& protocol = connection_.protocol();
  const base::TimePoint now = base::Clock::now();
  while (const auto frame = splitter_.next()) protocol.on_frame(*frame, now);
  if (splitter_.is_broken()) {
    protocol.close(rsocket::EndReason::TooLarge, rsocket::ErrorCode::ConnectionError,
                   "frame is too large");
  }
  if (!lease_.resize(counted_bytes(splitter_.buffered_bytes() + protocol.held_bytes()))) {
    return end(ConnectionEnd::Memory);
  }
  flush();
}

void TcpLink::flush() {
  if (has_ended_) return;
  const bool is_all_sent = !is_waiting_ && send_some();
  if (has_ended_) return;
  rsocket::Connection& protocol = connection_.protocol();
  // What it does not read now is not waited for.
  if (protocol.end_reason() != rsocket::EndReason::None) return end(end_of(protocol));
  if (!is_all_sent && protocol.output().size() > kWaitingFramesMax) end(ConnectionEnd::Slow);
}

bool TcpLink::send_some() {
  auto& output = connection_.protocol().output();
  while (true) {
    if (sent_ == current_.size()) {
      if (output.empty()) return true;
      current_ = rsocket::frame_length(output.front().size()) + output.front();
      output.pop_front();
      sent_ = 0;
    }
    if (!send_current()) return false;
  }
}

bool TcpLink::send_current() {
  const ssize_t count = ::send(socket_.native_handle(), current_.data() + sent_,
                               current_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (count >= 0) {
    sent_ += static_cast<std::size_t>(count);
    return true;
  }
  if (errno == EINTR) return true;
  if (errno != EAGAIN && errno != EWOULDBLOCK) {
    end(ConnectionEnd::Closed);
    return false;
  }
  is_waiting_ = true;
  net::asio::co_spawn(socket_.get_executor(), write_later(self_.lock()),
                      [&log = log_](const std::exception_ptr& error) {
                        net::log_session_end(log, kTcpTitle, error);
                      });
  return false;
}

net::asio::awaitable<void> TcpLink::write_later(Self link) {
  const auto [error] = co_await link->socket_.async_wait(net::TcpSocket::wait_write);
  link->is_waiting_ = false;
  if (link->has_ended_) co_return;
  if (error) {
    link->end(ConnectionEnd::Closed);
  } else {
    link->flush();
  }
}

void TcpLink::end(ConnectionEnd reason) {
  if (has_ended_) return;
  has_ended_ = true;
  apps_.counts().note(reason);
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace weir::app
