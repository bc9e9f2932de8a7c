// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/websocket_link.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "app/rsocket/app_connection.h"
#include "app/rsocket/byte_budget.h"
#include "app/rsocket/link.h"
#include "weir/net/coroutine_errors.h"

namespace weir::app {

namespace {

namespace beast = boost::beast;

constexpr std::string_view kWebSocketTitle = "RSocket WebSocket";
constexpr std::size_t kReadBytes = 65'536;
constexpr std::chrono::seconds kHandshakeTime{10};

// Lives as long as something waits for its socket.
class WebSocketLink final : public Link {
 public:
  using Self = std::shared_ptr<WebSocketLink>;

  WebSocketLink(net::TcpSocket socket, ConnectedApps& apps, const base::Log& log);

  static void open(const Self& link);
  void flush() override;
  void end(ConnectionEnd reason) override;

 private:
  static net::asio::awaitable<void> read(Self link);
  static net::asio::awaitable<void> write(Self link);

  void spawn(net::asio::awaitable<void> work);
  void take(std::size_t bytes);
  void end_with(const boost::system::error_code& error);

  beast::websocket::stream<net::TcpSocket> stream_;
  ConnectedApps& apps_;
  const base::Log& log_;
  std::weak_ptr<WebSocketLink> self_;
  beast::flat_buffer buffer_;  // a message that is not whole
  ByteLease lease_;
  AppConnection connection_;
  std::string current_;  // the message that is being sent
  bool is_open_ = false;
  bool is_writing_ = false;
  bool is_last_turn_ = false;
  bool has_ended_ = false;
};

WebSocketLink::WebSocketLink(net::TcpSocket socket, ConnectedApps& apps, const base::Log& log)
    : stream_(std::move(socket)),
      apps_(apps),
      log_(log),
      lease_(apps.budget()),
      connection_(apps, *this) {
  stream_.binary(true);
  // rsocket-java takes a fragment for a frame.
  stream_.auto_fragment(false);
  stream_.read_message_max(apps.options().frame_bytes_max);
  beast::websocket::stream_base::timeout times{};
  times.handshake_timeout = kHandshakeTime;
  // RSocket has keep-alives of its own.
  times.idle_timeout = beast::websocket::stream_base::none();
  times.keep_alive_pings = false;
  stream_.set_option(times);
}

void WebSocketLink::open(const Self& link) {
  link->self_ = link;
  link->spawn(read(link));
}

void WebSocketLink::spawn(net::asio::awaitable<void> work) {
  net::asio::co_spawn(stream_.get_executor(), std::move(work),
                      [&log = log_](const std::exception_ptr& error) {
                        net::log_session_end(log, kWebSocketTitle, error);
                      });
}

net::asio::awaitable<void> WebSocketLink::read(Self link) {
  const auto [refusal] = co_await link->stream_.async_accept();
  if (refusal) {
    link->end_with(refusal);
    co_return;
  }
  link->is_open_ = true;
  while (!link->has_ended_) {
    const auto [error, size] = co_await link->stream_.async_read_some(link->buffer_, kReadBytes);
    if (link->has_ended_) co_return;
    if (error) {
      link->end_with(error);
    } else {
      link->take(size);
    }
  }
}

void WebSocketLink::take(std::size_t bytes) {
  apps_.counts().bytes.add(bytes);
  rsocket::Connection& protocol = connection_.protocol();
  if (stream_.is_message_done()) {
    if (!stream_.got_binary()) return end(ConnectionEnd::Protocol);
    const auto message = buffer_.cdata();
    protocol.on_frame({static_cast<const char*>(message.data()), message.size()},
                      base::Clock::now());
    // A large message is rare, and its memory is not kept for the next.
    buffer_.clear();
    buffer_.shrink_to_fit();
  }
  if (!lease_.resize(counted_bytes(buffer_.size() + protocol.held_bytes())))
    return end(ConnectionEnd::Memory);
  flush();
}

void WebSocketLink::flush() {
  if (has_ended_) return;
  rsocket::Connection& protocol = connection_.protocol();
  if (is_open_ && !is_writing_ && !protocol.output().empty()) {
    is_writing_ = true;
    spawn(write(self_.lock()));
  }
  if (protocol.output().size() > kWaitingFramesMax) return end(ConnectionEnd::Slow);
  if (protocol.end_reason() == rsocket::EndReason::None) return;
  // The last frame has until the next turn.
  if (!is_writing_ || is_last_turn_) return end(end_of(protocol));
  is_last_turn_ = true;
}

net::asio::awaitable<void> WebSocketLink::write(Self link) {
  auto& output = link->connection_.protocol().output();
  while (!link->has_ended_ && !output.empty()) {
    link->current_ = std::move(output.front());
    output.pop_front();
    const auto buffer = net::asio::buffer(link->current_);
    const auto [error, size] = co_await link->stream_.async_write(buffer);
    if (error) {
      link->end_with(error);
      co_return;
    }
  }
  link->is_writing_ = false;
  link->flush();
}

void WebSocketLink::end_with(const boost::system::error_code& error) {
  const bool is_too_large = error == beast::websocket::error::message_too_big ||
                            error == beast::websocket::error::buffer_overflow;
  end(is_too_large ? ConnectionEnd::TooLarge : ConnectionEnd::Closed);
}

void WebSocketLink::end(ConnectionEnd reason) {
  if (has_ended_) return;
  has_ended_ = true;
  apps_.counts().note(reason);
  boost::system::error_code ignored;
  stream_.next_layer().close(ignored);
}

}  // namespace

void open_websocket_link(net::TcpSocket socket, ConnectedApps& apps, const base::Log& log) {
  WebSocketLink::open(std::make_shared<WebSocketLink>(std::move(socket), apps, log));
}

}  // namespace weir::app
