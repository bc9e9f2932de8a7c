// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include <algorithm>
#include <cassert>
#include <ctime>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "http/content_encoding.h"
#include "http/request_beginning.h"
#include "weir/net/coroutine_errors.h"

namespace weir::http {

namespace asio = net::asio;

namespace {

// A client that has begun a request when the server stops, or has just connected, gets this long to
// finish it.
constexpr std::chrono::milliseconds kReceiveTimeAtStop{200};
// How long a rejected client may go on sending before the connection is torn down: closing earlier
// could reset it before the answer is read.
constexpr std::chrono::milliseconds kLingerTimeout{500};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

// Where a deferred answer arrives. Its connection alone keeps it, so the answer finds nothing to
// wake once the connection has gone.
struct Connection::PendingAnswer {
  explicit PendingAnswer(asio::io_context& context)
      : arrival(context, net::Timer::time_point::max()) {}

  std::optional<Response> response;
  net::Timer arrival;  // cancelled when the answer is there or the connection closed
};

Connection::Connection(std::unique_ptr<Stream> stream, const ConnectionOrigin& origin,
                       ConnectionContext& context)
    : context_(context),
      stream_(std::move(stream)),
      origin_(origin),
      reader_({context.limits.header_bytes_max, context.limits.body_bytes_max},
              [&context](const Request& head) { return context.router.body_bytes_max(head); }),
      pause_timer_(context.io) {
  enter(Phase::Idle, context.limits.request_timeout);
}

asio::awaitable<void> Connection::serve() {
  const bool is_served = co_await stream_->handshake();
  if (!is_served) co_return;
  if (context_.other_protocol) {
    enter(Phase::Idle, context_.limits.idle_timeout);
    const bool is_other = co_await receive_other_protocol();
    if (is_other) {
      co_await serve_other_protocol();
      co_return;
    }
  }
  co_await serve_requests();
}

asio::awaitable<bool> Connection::receive_other_protocol() {
  Beginning beginning = Beginning::Undecided;
  while (beginning == Beginning::Undecided) {
    const std::size_t size = co_await stream_->read_some(asio::buffer(input_));
    // What has come is no request.
    if (size == 0) co_return true;
    other_bytes_.append(input_.data(), size);
    beginning = beginning_of(other_bytes_);
  }
  if (beginning == Beginning::Other) co_return true;
  reader_.feed(std::exchange(other_bytes_, {}));
  co_return false;
}

asio::awaitable<void> Connection::serve_other_protocol() {
  const auto sink = other_bytes_.empty() ? nullptr : context_.other_protocol(origin_);
  if (!sink) co_return;
  while (!other_bytes_.empty()) {
    sink->on_bytes(other_bytes_, base::Clock::now());
    if (context_.is_stopping && !stream_->has_unread()) break;
    enter(Phase::Streaming, context_.limits.idle_timeout);
    other_bytes_.resize(kStreamReadBytesMax);
    const std::size_t size = co_await stream_->read_some(asio::buffer(other_bytes_));
    other_bytes_.resize(size);
  }
  sink->on_end(base::Clock::now());
}

asio::awaitable<void> Connection::serve_requests() {
  enter(reader_.is_fresh() ? Phase::Idle : Phase::Receiving, context_.limits.request_timeout);
  bool goes_on = true;
  while (goes_on) {
    const bool has_request = co_await receive();
    if (!has_request) co_return;
    goes_on = co_await answer();
    if (!goes_on) break;
    reader_.start_next();
    const bool is_idle = reader_.is_fresh();
    if (is_idle && context_.is_stopping && !stream_->has_unread()) break;
    if (is_idle) {
      enter(Phase::Idle, context_.limits.idle_timeout);
    } else {
      enter(Phase::Receiving, context_.limits.request_timeout);
    }
  }
  const bool may_still_send = reader_.state() == RequestReader::State::Bad || reader_.leaves_rest();
  if (may_still_send) co_await linger();
}

void Connection::stop(base::TimePoint now) {
  const bool is_receiving = phase_ == Phase::Idle || phase_ == Phase::Receiving;
  const base::TimePoint latest = is_receiving ? now + kReceiveTimeAtStop : base::TimePoint::max();
  deadline_ = std::min({deadline_, latest, context_.stop_deadline});
  // A client that has just connected expects an answer. One that is kept alive knows that this may
  // end at any time, but not after it has asked.
  const bool may_ask = !has_answered_ || stream_->has_unread();
  if (phase_ == Phase::Idle && !may_ask) stream_->close();
  if (phase_ == Phase::Streaming && !stream_->has_unread()) stream_->close();
}

bool Connection::close_if_overdue(base::TimePoint now) {
  if (deadline_ > now || !stream_->is_open()) return false;
  const bool is_responding = phase_ == Phase::Responding;
  if (is_responding || phase_ == Phase::Receiving) context_.stats.timeouts.add();
  if (phase_ == Phase::Streaming && !context_.is_stopping) context_.stats.idle_closed.add();
  if (is_responding) {
    stream_->reset();
  } else {
    stream_->close();
  }
  if (pending_) pending_->arrival.cancel();
  pause_timer_.cancel();
  return is_responding;
}

void Connection::enter(Phase phase, std::chrono::milliseconds timeout) {
  phase_ = phase;
  const bool is_receiving = phase == Phase::Idle || phase == Phase::Receiving;
  if (context_.is_stopping && is_receiving) timeout = std::min(timeout, kReceiveTimeAtStop);
  deadline_ = std::min(base::Clock::now() + timeout, context_.stop_deadline);
}

asio::awaitable<bool> Connection::receive() {
  while (reader_.state() == RequestReader::State::NeedMore) {
    if (reader_.take_continue()) {
      const bool is_written = co_await stream_->write(asio::buffer(kContinue));
      if (!is_written) co_return false;
    }
    const std::size_t size = co_await stream_->read_some(asio::buffer(input_));
    if (size == 0) co_return false;
    if (phase_ == Phase::Idle) enter(Phase::Receiving, context_.limits.request_timeout);
    reader_.feed({input_.data(), size});
  }
  co_return true;
}

asio::awaitable<bool> Connection::answer() {
  enter(Phase::Responding, context_.limits.write_timeout);
  context_.stats.requests.add();
  writer_ = make_writer();
  while (pending_) {
    co_await await_answer();
    if (!stream_->is_open()) co_return false;
    writer_ = make_writer();
  }
  const bool is_sent = co_await send();
  has_answered_ = true;
  const bool keeps_alive = is_sent && writer_->keeps_alive();
  writer_.reset();
  co_return keeps_alive;
}

asio::awaitable<bool> Connection::send() {
  bool is_intact = true;
  while (is_intact && !writer_->is_complete()) {
    enter(Phase::Responding, context_.limits.write_timeout);
    const bool is_written = co_await send_bytes();
    is_intact = is_written && advance();
  }
  co_return is_intact;
}

asio::awaitable<bool> Connection::send_bytes() {
  if (!writer_->bytes().empty()) {
    const bool is_written = co_await stream_->write(asio::buffer(writer_->bytes()));
    co_return is_written;
  }
  const auto interval = writer_->poll_interval();
  if (interval.count() > 0) {
    const bool goes_on = co_await pause(interval);
    co_return goes_on;
  }
  co_await asio::post(context_.io, asio::use_awaitable);
  co_return stream_->is_open();
}

asio::awaitable<bool> Connection::pause(std::chrono::milliseconds time) {
  // Nothing is being sent that could take too long.
  enter(Phase::Responding, context_.limits.write_timeout + time);
  pause_timer_.expires_after(time);
  [[maybe_unused]] const auto [cancelled] = co_await pause_timer_.async_wait();
  co_return stream_->is_open() && !stream_->is_closed_by_client();
}

asio::awaitable<void> Connection::await_answer() {
  enter(Phase::Responding, context_.limits.answer_timeout);
  while (!pending_->response && stream_->is_open()) {
    [[maybe_unused]] const auto [cancelled] = co_await pending_->arrival.async_wait();
  }
}

asio::awaitable<void> Connection::linger() {
  enter(Phase::Lingering, kLingerTimeout);
  bool may_receive = co_await stream_->shutdown_send();
  while (may_receive) {
    const std::size_t size = co_await stream_->read_some(asio::buffer(input_));
    may_receive = size > 0;
  }
}

std::unique_ptr<ResponseWriter> Connection::make_writer() {
  if (reader_.state() == RequestReader::State::Bad) {
    count_refused(reader_.fault_status());
    return make_last_writer(text_response(reader_.fault_status(), reader_.fault_text()));
  }
  try {
    Response response = pending_ ? take_answer() : respond();
    if (response.deferred) {
      defer(response.deferred);
      return nullptr;
    }
    const ResponseTerms terms = terms_for(response);
    return std::make_unique<ResponseWriter>(std::move(response), terms, std::time(nullptr));
  } catch (...) {
    context_.log.error("HTTP handler failed", {{"path", reader_.request().path},
                                               {"error", net::describe(std::current_exception())}});
  }
  pending_.reset();
  return make_last_writer(error_response(500, "Internal Server Error\n"));
}

Response Connection::respond() {
  reader_.request().origin = origin_;
  if (context_.front) return context_.front(reader_.request());
  return context_.router.respond(reader_.request());
}

std::unique_ptr<ResponseWriter> Connection::make_last_writer(Response response) const {
  const ResponseTerms terms{reader_.version(), reader_.request().method == "HEAD", false,
                            ContentEncoding::Identity};
  return std::make_unique<ResponseWriter>(std::move(response), terms, std::time(nullptr));
}

ResponseTerms Connection::terms_for(const Response& response) const {
  const Request& request = reader_.request();
  ResponseTerms terms;
  terms.version = reader_.version();
  terms.is_head = request.method == "HEAD";
  terms.keeps_alive = reader_.keeps_alive() && !context_.is_stopping;
  const bool is_live = response.chunks && response.chunks->poll_interval().count() > 0;
  if (response.is_compressible && !is_live) {
    terms.encoding = negotiate_encoding(request.joined_header("Accept-Encoding"));
  }
  return terms;
}

bool Connection::advance() {
  try {
    writer_->advance();
    return true;
  } catch (...) {
    context_.log.error(
        "HTTP response broken off",
        {{"path", reader_.request().path}, {"error", net::describe(std::current_exception())}});
  }
  stream_->reset();
  return false;
}

void Connection::defer(const std::function<void(Respond)>& start) {
  pending_ = std::make_shared<PendingAnswer>(context_.io);
  start([answer = std::weak_ptr(pending_)](Response response) {
    const auto pending = answer.lock();
    if (!pending) return;
    assert(!pending->response);
    pending->response = std::move(response);
    pending->arrival.cancel();
  });
}

Response Connection::take_answer() {
  Response response = std::move(*pending_->response);
  pending_.reset();
  return response;
}

void Connection::count_refused(unsigned status) {
  for (RefusedRequests& refused : context_.stats.refused_requests) {
    if (refused.status == status) return refused.count.add();
  }
  assert(false);
}

}  // namespace weir::http
