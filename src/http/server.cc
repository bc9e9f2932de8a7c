// SPDX-License-Identifier: Apache-2.0
#include "weir/http/server.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "http/connection.h"
#include "http/tcp_stream.h"
#include "http/tls_stream.h"
#include "weir/net/accept_loop.h"
#include "weir/net/admission.h"
#include "weir/net/asio.h"
#include "weir/net/coroutine_errors.h"
#include "weir/net/peer.h"

namespace weir::http {
namespace {

namespace asio = net::asio;

constexpr std::chrono::milliseconds kCheckIntervalMin{5};
constexpr std::chrono::milliseconds kCheckIntervalMax{1000};
// What is silent holds up the exit.
constexpr std::chrono::milliseconds kCheckIntervalAtStop{50};

std::chrono::milliseconds check_interval(const Limits& limits) {
  const auto shortest = std::min(
      {limits.request_timeout, limits.idle_timeout, limits.answer_timeout, limits.write_timeout});
  return std::clamp(shortest / 4, kCheckIntervalMin, kCheckIntervalMax);
}

}  // namespace

class Server::Impl {
 public:
  Impl(asio::io_context& context, std::vector<net::BoundSocket> sockets, const Router& router,
       const Limits& limits, const base::Log& log, Protection protection,
       OtherProtocol other_protocol)
      : shared_{.io = context,
                .router = router,
                .limits = limits,
                .log = log,
                .front = std::move(protection.front),
                .other_protocol = std::move(other_protocol)},
        tls_(std::move(protection.tls)),
        handshake_log_("HTTP", shared_.stats.handshakes, log),
        admission_({.title = "HTTP",
                    .connections_max = limits.connections_max,
                    .connections_flag = limits.connections_flag,
                    .reserve = net::Reserve::ForFiles},
                   log),
        check_timer_(context) {
    for (net::BoundSocket& socket : sockets) {
      local_ports_.push_back(net::local_port(socket.descriptor.get()));
      acceptors_.push_back(net::acceptor_of(context, std::move(socket)));
    }
  }

  void start() {
    const auto on_error = [this](const boost::system::error_code& error) {
      shared_.stats.accept_errors.add();
      admission_.report_error(error);
    };
    for (std::size_t i = 0; i < acceptors_.size(); ++i) {
      asio::co_spawn(
          shared_.io,
          net::accept_loop(acceptors_[i], on_error,
                           [this, i](net::TcpSocket socket) { admit(std::move(socket), i); }),
          [this](const std::exception_ptr& error) { log_end(error); });
    }
    asio::co_spawn(shared_.io, close_overdue(),
                   [this](const std::exception_ptr& error) { log_end(error); });
  }

  void stop(base::TimePoint deadline, std::function<void()> on_end) {
    if (shared_.is_stopping) return;
    boost::system::error_code ignored;
    for (std::size_t i = 0; i < acceptors_.size(); ++i) {
      // Those who have connected would be reset.
      net::accept_pending<net::TcpAcceptor>(
          acceptors_[i], [this, i](net::TcpSocket socket) { admit(std::move(socket), i); });
      acceptors_[i].close(ignored);
    }
    shared_.is_stopping = true;
    shared_.stop_deadline = deadline;
    on_end_ = std::move(on_end);
    const base::TimePoint now = base::Clock::now();
    for (Connection& connection : connections_) connection.stop(now);
    // Wakes the check, so that it takes notice of the deadline.
    check_timer_.cancel();
    end_if_idle();
  }

  [[nodiscard]] const ServerStats& stats() const { return shared_.stats; }
  [[nodiscard]] const std::vector<std::uint16_t>& local_ports() const { return local_ports_; }

 private:
  using Position = std::list<Connection>::iterator;

  // By the listening socket of that number.
  void admit(net::TcpSocket socket, std::size_t listening) {
    const net::Verdict verdict = admission_.judge(socket.native_handle(), connections_.size());
    if (verdict == net::Verdict::TooMany) shared_.stats.refused.add();
    if (verdict == net::Verdict::OutOfDescriptors) shared_.stats.out_of_descriptors.add();
    if (verdict != net::Verdict::Admitted) return;  // which closes it
    const ConnectionOrigin origin{net::Peer::of(socket.native_handle()), listening};
    auto stream = make_stream(std::move(socket));
    if (!stream) return;
    connections_.emplace_back(std::move(stream), origin, shared_);
    spawn(std::prev(connections_.end()));
    note_open();
  }

  void spawn(Position position) {
    try {
      asio::co_spawn(
          shared_.io, position->serve(),
          [this, position](const std::exception_ptr& error) { retire(position, error); });
    } catch (...) {
      connections_.erase(position);
      throw;
    }
  }

  // Null when the connection is to be closed.
  std::unique_ptr<Stream> make_stream(net::TcpSocket socket) {
    if (!tls_) return std::make_unique<TcpStream>(std::move(socket));
    auto context = tls_();
    if (context) {
      return std::make_unique<TlsStream>(std::move(socket), std::move(context), handshake_log_);
    }
    handshake_log_.note_failed(tls::HandshakeFailure::Config, "the configuration is bad",
                               net::Peer::of(socket.native_handle()).text());
    return nullptr;
  }

  void retire(Position position, const std::exception_ptr& error) {
    log_end(error);
    connections_.erase(position);
    note_open();
    end_if_idle();
  }

  void end_if_idle() {
    if (!shared_.is_stopping || !connections_.empty()) return;
    check_timer_.cancel();
    if (const auto on_end = std::exchange(on_end_, {})) on_end();
  }

  asio::awaitable<void> close_overdue() {
    while (!shared_.is_stopping || !connections_.empty()) {
      const auto interval =
          shared_.is_stopping ? kCheckIntervalAtStop : check_interval(shared_.limits);
      const base::TimePoint now = base::Clock::now();
      const base::TimePoint stop_deadline = shared_.stop_deadline;
      check_timer_.expires_at(stop_deadline > now ? std::min(now + interval, stop_deadline)
                                                  : now + interval);
      [[maybe_unused]] const auto [interval_end] = co_await check_timer_.async_wait();
      close_overdue(base::Clock::now());
    }
  }

  void close_overdue(base::TimePoint now) {
    std::size_t broken_off = 0;
    for (Connection& connection : connections_) {
      if (connection.close_if_overdue(now)) ++broken_off;
    }
    // A server that has stopped serves no metrics that could report it.
    if (broken_off > 0 && now >= shared_.stop_deadline) {
      shared_.log.warn("stop timeout is over, breaking off HTTP answers",
                       {{"connections", std::to_string(broken_off)}});
    }
  }

  void note_open() { shared_.stats.open.store(connections_.size(), std::memory_order_relaxed); }

  void log_end(const std::exception_ptr& error) const {
    net::log_session_end(shared_.log, "HTTP", error);
  }

  ConnectionContext shared_;
  tls::ContextSource tls_;
  tls::HandshakeLog handshake_log_;
  net::Admission admission_;
  std::vector<net::TcpAcceptor> acceptors_;  // none is added or taken away once they accept
  net::Timer check_timer_;
  std::vector<std::uint16_t> local_ports_;
  std::list<Connection> connections_;
  std::function<void()> on_end_;
};

Server::Server(asio::io_context& context, std::vector<net::BoundSocket> sockets,
               const Router& router, const Limits& limits, const base::Log& log,
               Protection protection, OtherProtocol other_protocol)
    : impl_(std::make_unique<Impl>(context, std::move(sockets), router, limits, log,
                                   std::move(protection), std::move(other_protocol))) {}
Server::~Server() = default;

void Server::start() { impl_->start(); }
void Server::stop(base::TimePoint deadline, std::function<void()> on_end) {
  impl_->stop(deadline, std::move(on_end));
}
const ServerStats& Server::stats() const { return impl_->stats(); }
const std::vector<std::uint16_t>& Server::local_ports() const { return impl_->local_ports(); }

}  // namespace weir::http
