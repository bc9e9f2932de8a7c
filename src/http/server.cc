// SPDX-License-Identifier: Apache-2.0
#include "weir/http/server.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <ctime>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>

#include "http/content_encoding.h"
#include "http/reply.h"
#include "http/request_reader.h"
#include "weir/net/accept_loop.h"
#include "weir/net/admission.h"
#include "weir/net/asio.h"
#include "weir/net/session_end.h"

namespace weir::http {
namespace {

namespace asio = net::asio;

// Who has begun a request when the server stops gets so long to finish it.
constexpr std::chrono::milliseconds kReceiveTimeAtStop{200};
constexpr std::size_t kReadBytesMax = 4096;
// How long a rejected client may go on sending before the connection is torn down: closing earlier
// could reset it before the answer is read.
constexpr std::chrono::milliseconds kLingerTimeout{500};
constexpr std::chrono::milliseconds kCheckIntervalMin{5};
constexpr std::chrono::milliseconds kCheckIntervalMax{1000};

std::chrono::milliseconds check_interval(const Limits& limits) {
  const auto shortest = std::min(
      {limits.request_timeout, limits.idle_timeout, limits.answer_timeout, limits.write_timeout});
  return std::clamp(shortest / 4, kCheckIntervalMin, kCheckIntervalMax);
}

Response fault_response(const RequestReader& reader) {
  return text_response(reader.fault_status(), reader.fault_text());
}

}  // namespace

class Server::Sessions {
 public:
  Sessions(asio::io_context& context, const net::Endpoint& endpoint, Handler handler,
           const Limits& limits, const base::Log& log)
      : context_(context),
        handler_(std::move(handler)),
        limits_(limits),
        log_(log),
        admission_({.title = "HTTP",
                    .connections_max = limits_.connections_max,
                    .connections_flag = limits_.connections_flag,
                    .reserve = net::Reserve::ForFiles},
                   log),
        acceptor_(net::open_acceptor(context, endpoint, net::PortSharing::Exclusive)),
        check_timer_(context),
        local_port_(acceptor_.local_endpoint().port()) {}

  void start() {
    const auto on_error = [this](const boost::system::error_code& error) {
      stats_.accept_errors.add();
      admission_.tell_error(error);
    };
    asio::co_spawn(context_,
                   net::accept_loop(acceptor_, on_error,
                                    [this](net::TcpSocket socket) { admit(std::move(socket)); }),
                   [this](const std::exception_ptr& error) { log_end(error); });
    asio::co_spawn(context_, close_overdue(),
                   [this](const std::exception_ptr& error) { log_end(error); });
  }

  void stop(base::TimePoint deadline) {
    if (!acceptor_.is_open()) return;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    stop_deadline_ = deadline;
    const base::TimePoint receive_deadline =
        std::min(deadline, base::Clock::now() + kReceiveTimeAtStop);
    for (Session& session : sessions_) {
      const bool is_receiving = session.phase == Phase::Receiving;
      session.deadline = std::min(session.deadline, is_receiving ? receive_deadline : deadline);
      if (session.phase == Phase::Idle) session.socket.close(ignored);
    }
    // Wakes the check, so that it takes notice of the deadline.
    check_timer_.cancel();
  }

  [[nodiscard]] const ServerStats& stats() const { return stats_; }
  [[nodiscard]] std::uint16_t local_port() const { return local_port_; }

 private:
  enum class Phase { Idle, Receiving, Responding, Lingering };
  // Where an answer that was put off arrives. Its session alone keeps it, so that whoever is to
  // answer finds out that nobody waits any more.
  struct PendingAnswer {
    explicit PendingAnswer(asio::io_context& context)
        : arrival(context, net::Timer::time_point::max()) {}

    std::optional<Response> response;
    net::Timer arrival;  // cancelled when the answer is there or the connection closed
  };
  struct Session {
    Session(net::TcpSocket accepted, const RequestReader::Limits& limits)
        : socket(std::move(accepted)), reader(limits) {}

    net::TcpSocket socket;
    RequestReader reader;
    std::shared_ptr<PendingAnswer> pending;  // while an answer is put off
    std::unique_ptr<Reply> reply;            // while responding
    std::array<char, kReadBytesMax> input;
    Phase phase = Phase::Idle;
    base::TimePoint deadline{};
  };
  using Position = std::list<Session>::iterator;

  [[nodiscard]] bool is_stopping() const { return !acceptor_.is_open(); }

  void admit(net::TcpSocket socket) {
    const net::Verdict verdict = admission_.judge(socket.native_handle(), sessions_.size());
    if (verdict == net::Verdict::TooMany) stats_.refused.add();
    if (verdict == net::Verdict::OutOfDescriptors) stats_.out_of_descriptors.add();
    if (verdict != net::Verdict::Admitted) return;  // which closes it
    sessions_.emplace_back(std::move(socket),
                           RequestReader::Limits{limits_.header_bytes_max, limits_.body_bytes_max});
    const Position position = std::prev(sessions_.end());
    enter(*position, Phase::Idle, limits_.request_timeout);
    note_open();
    asio::co_spawn(context_, serve(*position),
                   [this, position](const std::exception_ptr& error) { retire(position, error); });
  }

  void retire(Position position, const std::exception_ptr& error) {
    log_end(error);
    sessions_.erase(position);
    note_open();
    if (is_stopping() && sessions_.empty()) check_timer_.cancel();
  }

  void enter(Session& session, Phase phase, std::chrono::milliseconds timeout) const {
    session.phase = phase;
    session.deadline = std::min(base::Clock::now() + timeout, stop_deadline_);
  }

  // The session stays in the list until this has ended.
  asio::awaitable<void> serve(Session& session) {
    bool goes_on = true;
    while (goes_on) {
      const bool has_request = co_await receive(session);
      if (!has_request) co_return;
      goes_on = co_await answer(session);
      if (!goes_on) break;
      session.reader.start_next();
      const bool is_idle = session.reader.is_fresh();
      if (is_idle && is_stopping()) break;
      if (is_idle) {
        enter(session, Phase::Idle, limits_.idle_timeout);
      } else {
        enter(session, Phase::Receiving, limits_.request_timeout);
      }
    }
    const bool may_still_send =
        session.reader.state() == RequestReader::State::Bad || session.reader.leaves_rest();
    if (may_still_send) co_await linger(session);
  }

  // False when the connection ended first.
  asio::awaitable<bool> receive(Session& session) {
    while (session.reader.state() == RequestReader::State::NeedMore) {
      const auto [error, size] =
          co_await session.socket.async_read_some(asio::buffer(session.input));
      if (error) co_return false;
      if (session.phase == Phase::Idle) enter(session, Phase::Receiving, limits_.request_timeout);
      session.reader.feed({session.input.data(), size});
    }
    co_return true;
  }

  // False when nothing may follow on the connection.
  asio::awaitable<bool> answer(Session& session) {
    enter(session, Phase::Responding, limits_.write_timeout);
    stats_.requests.add();
    session.reply = make_reply(session);
    while (session.pending) {
      co_await await_answer(session);
      if (!session.socket.is_open()) co_return false;
      session.reply = make_reply(session);
    }
    bool is_intact = true;
    while (is_intact && !session.reply->bytes().empty()) {
      enter(session, Phase::Responding, limits_.write_timeout);
      const auto bytes = asio::buffer(session.reply->bytes());
      const auto [error, size] = co_await asio::async_write(session.socket, bytes, net::Awaited());
      is_intact = !error && advance(session);
    }
    const bool keeps_alive = is_intact && session.reply->keeps_alive();
    session.reply.reset();
    co_return keeps_alive;
  }

  // Returns once the answer is there or the connection has been closed.
  asio::awaitable<void> await_answer(Session& session) {
    enter(session, Phase::Responding, limits_.answer_timeout);
    while (!session.pending->response && session.socket.is_open()) {
      [[maybe_unused]] const auto [cancelled] = co_await session.pending->arrival.async_wait();
    }
  }

  void defer(Session& session, const std::function<void(Respond)>& start) {
    session.pending = std::make_shared<PendingAnswer>(context_);
    start([answer = std::weak_ptr(session.pending)](Response response) {
      const auto pending = answer.lock();
      if (!pending) return;
      assert(!pending->response);
      pending->response = std::move(response);
      pending->arrival.cancel();
    });
  }

  static Response take_answer(Session& session) {
    Response response = std::move(*session.pending->response);
    session.pending.reset();
    return response;
  }

  // The client must not take what it has for the whole, even when only the connection's end tells.
  static void reset(Session& session) {
    boost::system::error_code ignored;
    session.socket.set_option(net::TcpSocket::linger(true, 0), ignored);
    session.socket.close(ignored);
  }

  // Null when the answer is put off; ask again when it is there.
  [[nodiscard]] std::unique_ptr<Reply> make_reply(Session& session) {
    const RequestReader& reader = session.reader;
    const bool is_bad = reader.state() == RequestReader::State::Bad;
    if (is_bad) {
      note_refused(reader.fault_status());
      return last_reply(reader, fault_response(reader));
    }
    try {
      Response response = session.pending ? take_answer(session) : handler_(reader.request());
      if (response.later) {
        defer(session, response.later);
        return nullptr;
      }
      const ReplyTerms terms = terms_for(reader, response);
      return std::make_unique<Reply>(std::move(response), terms, std::time(nullptr));
    } catch (...) {
      log_.error("HTTP handler failed", {{"path", reader.request().path},
                                         {"error", net::describe(std::current_exception())}});
    }
    session.pending.reset();
    return last_reply(reader, error_response(500, "Internal Server Error\n"));
  }

  static std::unique_ptr<Reply> last_reply(const RequestReader& reader, Response response) {
    const ReplyTerms terms{reader.version(), reader.request().method == "HEAD", false,
                           ContentEncoding::Identity};
    return std::make_unique<Reply>(std::move(response), terms, std::time(nullptr));
  }

  [[nodiscard]] ReplyTerms terms_for(const RequestReader& reader, const Response& response) const {
    const Request& request = reader.request();
    ReplyTerms terms;
    terms.version = reader.version();
    terms.is_head = request.method == "HEAD";
    terms.keeps_alive = reader.keeps_alive() && !is_stopping();
    if (response.is_compressible) {
      terms.encoding = negotiate_encoding(request.joined_header("Accept-Encoding"));
    }
    return terms;
  }

  // False when the response's source has failed, and the connection with it.
  bool advance(Session& session) const {
    try {
      session.reply->advance();
      return true;
    } catch (...) {
      log_.error("HTTP response broken off", {{"path", session.reader.request().path},
                                              {"error", net::describe(std::current_exception())}});
    }
    reset(session);
    return false;
  }

  // Ends the connection so that the client still gets the answer while it is sending.
  asio::awaitable<void> linger(Session& session) {
    boost::system::error_code shutdown_error;
    session.socket.shutdown(net::TcpSocket::shutdown_send, shutdown_error);
    enter(session, Phase::Lingering, kLingerTimeout);
    while (!shutdown_error) {
      const auto [error, size] =
          co_await session.socket.async_read_some(asio::buffer(session.input));
      if (error) co_return;
    }
  }

  asio::awaitable<void> close_overdue() {
    const auto interval = check_interval(limits_);
    while (!is_stopping() || !sessions_.empty()) {
      const base::TimePoint now = base::Clock::now();
      const bool is_deadline_ahead = stop_deadline_ > now;
      check_timer_.expires_at(is_deadline_ahead ? std::min(now + interval, stop_deadline_)
                                                : now + interval);
      [[maybe_unused]] const auto [interval_end] = co_await check_timer_.async_wait();
      close_overdue(base::Clock::now());
    }
  }

  void close_overdue(base::TimePoint now) {
    std::size_t broken_off = 0;
    for (Session& session : sessions_) {
      if (session.deadline > now || !session.socket.is_open()) continue;
      const bool is_within_exchange =
          session.phase == Phase::Receiving || session.phase == Phase::Responding;
      if (is_within_exchange) stats_.timeouts.add();
      if (session.phase == Phase::Responding) ++broken_off;
      end_overdue(session);
      if (session.pending) session.pending->arrival.cancel();
    }
    // Nobody can ask for the metrics of a server that has stopped.
    if (broken_off > 0 && now >= stop_deadline_) {
      log_.warn("stop timeout is over, breaking off HTTP answers",
                {{"connections", std::to_string(broken_off)}});
    }
  }

  static void end_overdue(Session& session) {
    if (session.phase == Phase::Responding) return reset(session);
    boost::system::error_code ignored;
    session.socket.close(ignored);
  }

  void note_refused(unsigned status) {
    for (RefusedRequests& refused : stats_.refused_requests) {
      if (refused.status == status) return refused.count.add();
    }
    assert(false);
  }

  void note_open() { stats_.open.store(sessions_.size(), std::memory_order_relaxed); }

  void log_end(const std::exception_ptr& error) const { net::log_session_end(log_, "HTTP", error); }

  asio::io_context& context_;
  Handler handler_;
  Limits limits_;
  const base::Log& log_;
  net::Admission admission_;
  net::TcpAcceptor acceptor_;
  net::Timer check_timer_;
  std::uint16_t local_port_;
  base::TimePoint stop_deadline_ = base::TimePoint::max();
  ServerStats stats_;
  std::list<Session> sessions_;
};

Server::Server(asio::io_context& context, const net::Endpoint& endpoint, Handler handler,
               const Limits& limits, const base::Log& log)
    : sessions_(std::make_unique<Sessions>(context, endpoint, std::move(handler), limits, log)) {}
Server::~Server() = default;

void Server::start() { sessions_->start(); }
void Server::stop(base::TimePoint deadline) { sessions_->stop(deadline); }
const ServerStats& Server::stats() const { return sessions_->stats(); }
std::uint16_t Server::local_port() const { return sessions_->local_port(); }

}  // namespace weir::http
