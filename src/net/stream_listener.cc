// SPDX-License-Identifier: Apache-2.0
#include "weir/net/stream_listener.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <list>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "net/refused_senders.h"
#include "net/socket_memory.h"
#include "weir/net/accept_loop.h"
#include "weir/net/admission.h"
#include "weir/net/asio.h"
#include "weir/net/coroutine_errors.h"
#include "weir/tls/session.h"

namespace weir::net {
namespace {

// One buffer serves all connections of a listener: it is only used between two waits.
constexpr std::size_t kReadBytesMax = 65536;
// Ends a turn under constant load, so that the other connections get theirs.
constexpr int kReadsPerWakeMax = 4;
// With TLS, which gives a record of 16 KiB at a time.
constexpr int kRecordsPerWakeMax = 16;
constexpr std::chrono::milliseconds kHandshakeTimeout{10'000};
constexpr std::chrono::milliseconds kIdleCheckMin{10};
constexpr std::chrono::milliseconds kIdleCheckMax{1000};

}  // namespace

class StreamListener::Sessions {
 public:
  Sessions(asio::io_context& context, BoundSocket socket, const Options& options,
           StreamSinkFactory make_sink, const base::Log& log)
      : context_(context),
        options_(options),
        make_sink_(std::move(make_sink)),
        log_(log),
        address_(socket.address),
        is_unix_(socket.is_unix()),
        title_(is_unix_ ? "StatsD unix stream" : "StatsD TCP"),
        admission_({.title = title_,
                    .connections_max = options_.connections_max,
                    .connections_flag = options_.connections_flag},
                   log),
        refused_senders_(title_, "connections", log),
        handshake_log_(title_, stats_.handshakes, log),
        acceptor_(context),
        idle_timer_(context) {
    local_port_ = net::local_port(socket.descriptor.get());
    buffer_bytes_ = connection_buffer(socket.descriptor.get());
    acceptor_.assign({socket.family, 0}, socket.descriptor.get());
    static_cast<void>(socket.descriptor.release());
    file_ = std::move(socket.file);
  }

  void start() {
    const auto on_error = [this](const boost::system::error_code& error) {
      stats_.accept_errors.add();
      admission_.report_error(error);
    };
    asio::co_spawn(
        context_,
        accept_loop(acceptor_, on_error, [this](StreamSocket socket) { admit(std::move(socket)); }),
        [this](const std::exception_ptr& error) { log_end(error); });
    if (options_.idle_timeout.count() > 0 || options_.tls) {
      asio::co_spawn(context_, close_idle(),
                     [this](const std::exception_ptr& error) { log_end(error); });
    }
  }

  void stop(base::TimePoint deadline) {
    if (!acceptor_.is_open()) return;
    file_.remove();
    accept_pending(acceptor_, [this](StreamSocket socket) { admit(std::move(socket)); });
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    idle_timer_.cancel();
    drain_all(deadline);
  }

  [[nodiscard]] const StreamStats& stats() const { return stats_; }
  [[nodiscard]] std::uint64_t buffer_bytes() const { return buffer_bytes_; }
  [[nodiscard]] const Activity& activity() const { return activity_; }
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] bool has_tls() const { return static_cast<bool>(options_.tls); }
  [[nodiscard]] std::uint16_t local_port() const { return local_port_; }
  [[nodiscard]] int native_handle() { return acceptor_.native_handle(); }

 private:
  struct Session {
    StreamSocket socket;
    std::unique_ptr<StreamSink> sink;
    base::TimePoint last_bytes;
    bool has_ended = false;
    std::unique_ptr<tls::Session> secured{};  // null without TLS
    bool is_shaking_hands = false;
    bool awaits_write = false;
  };
  using Position = std::list<Session>::iterator;
  enum class ReadEnd { Drained, MoreMayWait, Closed };

  // The bytes of unix streams wait in the buffer of their sender.
  [[nodiscard]] std::uint64_t connection_buffer(int fd) const {
    return net::buffer_bytes(fd, is_unix_ ? SO_SNDBUF : SO_RCVBUF);
  }

  // False: it is refused.
  bool check_sender(const Peer& sender) {
    if (is_unix_ || options_.allow_from.allows(sender)) return true;
    stats_.refused_senders.add();
    refused_senders_.note(1, sender, options_.allow_from, base::Clock::now());
    return false;
  }

  void admit(StreamSocket socket) {
    const Peer sender = Peer::of(socket.native_handle());
    if (!check_sender(sender)) return;  // which closes it
    const Verdict verdict = admission_.judge(socket.native_handle(), sessions_.size());
    if (verdict == Verdict::TooMany) stats_.refused.add();
    if (verdict == Verdict::OutOfDescriptors) stats_.out_of_descriptors.add();
    if (verdict != Verdict::Admitted) return;  // which closes it
    const std::size_t open_before = sessions_.size();
    try {
      open(std::move(socket), sender);
    } catch (...) {
      stats_.failed.add();
      if (sessions_.size() > open_before) sessions_.pop_back();
      throw;
    }
  }

  void open(StreamSocket socket, const Peer& sender) {
    auto secured = secure(socket);
    if (options_.tls && !secured) return stats_.failed.add();
    auto sink = make_sink_(sender);
    sessions_.push_back({std::move(socket), std::move(sink), base::Clock::now()});
    sessions_.back().is_shaking_hands = secured != nullptr;
    sessions_.back().secured = std::move(secured);
    const Position position = std::prev(sessions_.end());
    asio::co_spawn(context_, serve(*position), [this, position](const std::exception_ptr& error) {
      log_end(error);
      sessions_.erase(position);
      note_open();
    });
    stats_.connections.add();
    note_open();
  }

  // Null without TLS, and when there is nothing to speak it with.
  std::unique_ptr<tls::Session> secure(StreamSocket& socket) {
    if (!options_.tls) return nullptr;
    if (auto context = options_.tls()) {
      boost::system::error_code ignored;
      socket.native_non_blocking(true, ignored);
      return std::make_unique<tls::Session>(std::move(context), socket.native_handle());
    }
    handshake_log_.note_failed(tls::HandshakeFailure::Config, "the configuration is bad",
                               Peer::of(socket.native_handle()).text());
    return nullptr;
  }

  // The session stays in the list until this has ended.
  asio::awaitable<void> serve(Session& session) {
    while (!session.has_ended) {
      const auto what = session.awaits_write ? StreamSocket::wait_write : StreamSocket::wait_read;
      const auto [error] = co_await session.socket.async_wait(what);
      if (session.has_ended) co_return;
      if (error) {
        end_with_error(session);
      } else {
        read_for_one_wake(session);
      }
    }
  }

  void read_for_one_wake(Session& session) {
    const int reads_max = session.secured ? kRecordsPerWakeMax : kReadsPerWakeMax;
    for (int i = 0; i < reads_max; ++i) {
      if (read_once(session) != ReadEnd::MoreMayWait) return;
    }
  }

  void drain_all(base::TimePoint deadline) {
    std::size_t connections = 0;
    std::size_t bytes = 0;
    for (Session& session : sessions_) {
      const std::size_t left = session.has_ended ? 0 : try_drain(session, deadline);
      if (left > 0) ++connections;
      bytes += left;
    }
    if (connections == 0) return;
    log_.warn("stop timeout is over, leaving behind what connections hold",
              {{"listener", std::string(title_)},
               {"connections", std::to_string(connections)},
               {"bytes", std::to_string(bytes)}});
  }

  // As drain; ends a session whose sink fails.
  std::size_t try_drain(Session& session, base::TimePoint deadline) {
    try {
      return drain(session, deadline);
    } catch (...) {
      log_end(std::current_exception());
      close(session);
      return 0;
    }
  }

  // Returns the bytes for which there was no time.
  std::size_t drain(Session& session, base::TimePoint deadline) {
    ReadEnd last = ReadEnd::MoreMayWait;
    do {
      last = read_once(session);
    } while (last == ReadEnd::MoreMayWait && session.last_bytes < deadline);
    if (session.has_ended) return 0;
    const std::size_t left =
        last == ReadEnd::MoreMayWait ? unread_bytes(session.socket.native_handle()) : 0;
    end(session);
    return left;
  }

  // A read that did not fill the buffer has emptied the socket.
  ReadEnd read_once(Session& session) {
    if (session.is_shaking_hands) return shake_hands(session);
    if (session.secured) return read_record(session);
    const ssize_t count =
        ::recv(session.socket.native_handle(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count > 0) {
      const auto size = static_cast<std::size_t>(count);
      take(session, size);
      return size == buffer_.size() ? ReadEnd::MoreMayWait : ReadEnd::Drained;
    }
    if (count < 0 && errno == EINTR) return ReadEnd::MoreMayWait;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return ReadEnd::Drained;
    count < 0 ? end_with_error(session) : end(session);
    return ReadEnd::Closed;
  }

  // How much of its buffer a read of `size` found filled. The kernel is asked only where more may
  // be waiting. Of TCP's buffer half is for the kernel's bookkeeping.
  [[nodiscard]] double share_filled(Session& session, std::size_t size) {
    std::uint64_t buffer = buffer_bytes_;
    if (size == buffer_.size()) {
      const int fd = session.socket.native_handle();
      size += unread_bytes(fd);
      buffer = connection_buffer(fd);
    }
    return static_cast<double>(size) / static_cast<double>(is_unix_ ? buffer : buffer / 2);
  }

  void take(Session& session, std::size_t size) {
    session.last_bytes = base::Clock::now();
    stats_.bytes.add(size);
    activity_.note(session.last_bytes, share_filled(session, size));
    session.sink->on_bytes({buffer_.data(), size}, session.last_bytes);
  }

  ReadEnd shake_hands(Session& session) {
    const tls::Step step = session.secured->handshake();
    if (step == tls::Step::Failed) {
      handshake_log_.note_failed(session.secured->failure(), session.secured->failure_text(),
                                 Peer::of(session.socket.native_handle()).text());
      end(session);
      return ReadEnd::Closed;
    }
    session.awaits_write = step == tls::Step::WantWrite;
    if (step != tls::Step::Done) return ReadEnd::Drained;
    session.is_shaking_hands = false;
    session.last_bytes = base::Clock::now();
    handshake_log_.note_done();
    return ReadEnd::MoreMayWait;
  }

  // OpenSSL reads no further than to the end of a record, so what is left stays in the socket.
  ReadEnd read_record(Session& session) {
    const auto [step, size] = session.secured->read(buffer_);
    session.awaits_write = step == tls::Step::WantWrite;
    switch (step) {
      case tls::Step::Done: take(session, size); return ReadEnd::MoreMayWait;
      case tls::Step::WantRead:
      case tls::Step::WantWrite: return ReadEnd::Drained;
      case tls::Step::Ended: end(session); return ReadEnd::Closed;
      case tls::Step::Failed: break;
    }
    end_with_error(session);
    return ReadEnd::Closed;
  }

  void end_with_error(Session& session) {
    if (!session.sink->holds_unfinished_line()) stats_.errors.add();
    end(session);
  }

  void end(Session& session) {
    close(session);
    session.sink->on_end(base::Clock::now());
  }

  static void close(Session& session) {
    session.has_ended = true;
    if (session.secured) session.secured->end();
    boost::system::error_code ignored;
    session.socket.close(ignored);
  }

  asio::awaitable<void> close_idle() {
    const auto shortest =
        options_.idle_timeout.count() > 0 ? options_.idle_timeout : kHandshakeTimeout;
    const auto interval = std::clamp(shortest / 4, kIdleCheckMin, kIdleCheckMax);
    while (acceptor_.is_open()) {
      idle_timer_.expires_after(interval);
      [[maybe_unused]] const auto [interval_end] = co_await idle_timer_.async_wait();
      if (!acceptor_.is_open()) co_return;
      close_overdue(base::Clock::now());
    }
  }

  // A sink that fails does so with its own session alone: the next check has the others.
  void close_overdue(base::TimePoint now) {
    try {
      close_unsecured_since(now - kHandshakeTimeout);
      if (options_.idle_timeout.count() > 0) close_idle_since(now - options_.idle_timeout);
    } catch (...) {
      log_end(std::current_exception());
    }
  }

  void close_unsecured_since(base::TimePoint limit) {
    for (Session& session : sessions_) {
      if (session.has_ended || !session.is_shaking_hands || session.last_bytes > limit) continue;
      handshake_log_.note_failed(tls::HandshakeFailure::Timeout, "it was not done in time",
                                 Peer::of(session.socket.native_handle()).text());
      end(session);
    }
  }

  void close_idle_since(base::TimePoint limit) {
    for (Session& session : sessions_) {
      if (session.has_ended || session.last_bytes > limit) continue;
      // What is there is read first: it is the daemon that was silent, stopped or busy.
      if (unread_bytes(session.socket.native_handle()) > 0) continue;
      stats_.idle_closed.add();
      end(session);
    }
  }

  void note_open() { stats_.open.store(sessions_.size(), std::memory_order_relaxed); }

  void log_end(const std::exception_ptr& error) const { log_session_end(log_, title_, error); }

  asio::io_context& context_;
  Options options_;
  StreamSinkFactory make_sink_;
  const base::Log& log_;
  const std::string address_;
  const bool is_unix_;
  std::string_view title_;
  Admission admission_;
  RefusedSenders refused_senders_;
  StreamStats stats_;
  tls::HandshakeLog handshake_log_;
  StreamAcceptor acceptor_;
  SocketFile file_;  // goes before the acceptor is closed
  Timer idle_timer_;
  std::uint16_t local_port_ = 0;
  std::uint64_t buffer_bytes_ = 0;
  Activity activity_;
  std::list<Session> sessions_;
  std::array<char, kReadBytesMax> buffer_;
};

StreamListener::StreamListener(asio::io_context& context, BoundSocket socket,
                               const Options& options, StreamSinkFactory make_sink,
                               const base::Log& log)
    : sessions_(std::make_unique<Sessions>(context, std::move(socket), options,
                                           std::move(make_sink), log)) {}
StreamListener::~StreamListener() = default;

void StreamListener::start() { sessions_->start(); }
void StreamListener::stop(base::TimePoint deadline) { sessions_->stop(deadline); }
const StreamStats& StreamListener::stats() const { return sessions_->stats(); }
std::uint64_t StreamListener::buffer_bytes() const { return sessions_->buffer_bytes(); }
const Activity& StreamListener::activity() const { return sessions_->activity(); }
const std::string& StreamListener::address() const { return sessions_->address(); }
std::uint16_t StreamListener::local_port() const { return sessions_->local_port(); }
bool StreamListener::has_tls() const { return sessions_->has_tls(); }
int StreamListener::native_handle() const { return sessions_->native_handle(); }

}  // namespace weir::net
