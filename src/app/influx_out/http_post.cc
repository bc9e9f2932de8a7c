// SPDX-License-Identifier: Apache-2.0
#include "app/influx_out/http_post.h"

#include <chrono>
#include <span>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include "app/address_lookup.h"
#include "app/version.h"

namespace weir::app {

namespace {

namespace asio = net::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;
using tls::Step;

// Of one request, all of it; InfluxDB gives up a write after ten seconds.
constexpr std::chrono::seconds kRequestTimeMax{30};
constexpr std::size_t kReplyBytesMax = std::size_t{64} << 10U;
constexpr std::string_view kClosed = "the connection was closed";
constexpr std::size_t kReadBytes = 16'384;

std::string head_of(const HttpPost& request, std::string_view host) {
  std::string head = fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: weir/{}\r\nAccept: */*\r\nContent-Type: {}\r\n"
      "Content-Length: {}\r\n",
      request.target, host, kVersion, request.content_type, request.body.size());
  if (request.is_gzip) head += "Content-Encoding: gzip\r\n";
  if (!request.authorization.empty()) {
    head += fmt::format("Authorization: {}\r\n", request.authorization);
  }
  head += "\r\n";
  return head;
}

HttpReply failed(std::string fault) {
  HttpReply reply;
  reply.fault = std::move(fault);
  return reply;
}

}  // namespace

HttpPoster::HttpPoster(asio::io_context& context, const InfluxWriteUrl& url, tls::ServerTrust trust)
    : url_(url),
      trust_(std::move(trust)),
      socket_(context),
      timer_(context),
      lookup_timer_(context) {}

HttpPoster::~HttpPoster() = default;

void HttpPoster::close() {
  error_code ignored;
  socket_.close(ignored);
  session_ = nullptr;
}

void HttpPoster::break_off() {
  is_broken_off_ = true;
  lookup_timer_.cancel();
  close();
}

void HttpPoster::watch_time() {
  is_late_ = false;
  is_broken_off_ = false;
  has_answered_ = false;
  timer_.expires_after(kRequestTimeMax);
  timer_.async_wait([this, request = ++request_](const error_code& error) {
    if (error || request != request_) return;
    is_late_ = true;
    break_off();
  });
}

HttpPoster::Fault HttpPoster::broken(std::string_view step, const error_code& error) const {
  if (is_late_) return fmt::format("no answer within {} s", kRequestTimeMax.count());
  return fmt::format("{}: {}", step, error.message());
}

asio::awaitable<HttpReply> HttpPoster::post(HttpPost request) {
  const std::string head = head_of(request, url_.authority);
  const bool was_kept = socket_.is_open();
  HttpReply reply = co_await attempt(head, request.body);
  const bool was_gone = !reply.fault.empty() && was_kept && !has_answered_ && !is_broken_off_;
  if (was_gone) reply = co_await attempt(head, request.body);
  co_return reply;
}

asio::awaitable<HttpReply> HttpPoster::attempt(std::string_view head, std::string_view body) {
  watch_time();
  Fault fault;
  if (!socket_.is_open()) fault = co_await connect();
  if (fault.empty()) fault = co_await send(head);
  if (fault.empty()) fault = co_await send(body);
  HttpReply reply = failed(fault);
  // A server may answer before it has read all, and then close.
  if (fault.empty() || socket_.is_open()) {
    HttpReply answer = co_await receive_reply();
    if (answer.fault.empty() || fault.empty()) reply = std::move(answer);
  }
  ++request_;
  timer_.cancel();
  if (!reply.fault.empty()) close();
  co_return reply;
}

asio::awaitable<HttpPoster::Fault> HttpPoster::connect() {
  auto lookup = look_up(lookup_timer_, url_.host, url_.port);
  const AddressAnswer found = co_await std::move(lookup);
  Fault fault = found.fault;
  for (const auto& endpoint : found.endpoints) {
    if (is_broken_off_) break;
    error_code ignored;
    socket_.close(ignored);
    const auto [error] = co_await socket_.async_connect(endpoint);
    fault = error ? broken("cannot connect", error) : Fault();
    if (!error) break;
  }
  if (!fault.empty()) {
    close();
    co_return fault;
  }
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (url_.is_tls) fault = co_await shake_hands();
  co_return fault;
}

asio::awaitable<HttpPoster::Fault> HttpPoster::shake_hands() {
  try {
    session_ = std::make_unique<tls::ClientSession>(trust_, url_.host);
  } catch (const tls::TrustError& error) {
    co_return error.what();
  }
  while (session_) {
    const Step step = session_->handshake();
    const std::string outgoing = session_->take_outgoing();
    Fault fault = co_await send_plain(outgoing);
    if (!fault.empty() || step == Step::Done) co_return fault;
    if (!session_) break;
    if (step != Step::WantRead) co_return session_->failure_text();
    std::string incoming;
    fault = co_await receive_plain(incoming);
    if (!fault.empty()) co_return fault;
    if (!session_) break;
    if (incoming.empty()) {
      session_->end_incoming();
    } else {
      session_->put_incoming(incoming);
    }
  }
  co_return std::string(kClosed);
}

asio::awaitable<HttpPoster::Fault> HttpPoster::send(std::string_view bytes) {
  if (url_.is_tls && !session_) co_return std::string(kClosed);
  if (!session_) {
    Fault fault = co_await send_plain(bytes);
    co_return fault;
  }
  if (session_->write(bytes) != Step::Done) co_return session_->failure_text();
  const std::string outgoing = session_->take_outgoing();
  Fault fault = co_await send_plain(outgoing);
  co_return fault;
}

asio::awaitable<HttpPoster::Fault> HttpPoster::send_plain(std::string_view bytes) {
  if (bytes.empty()) co_return Fault();
  const auto [error, size] =
      co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), net::Awaited());
  co_return error ? broken("cannot send", error) : Fault();
}

asio::awaitable<HttpPoster::Fault> HttpPoster::receive_plain(std::string& into) {
  const std::size_t before = into.size();
  into.resize(before + kReadBytes);
  const auto [error, size] =
      co_await socket_.async_read_some(asio::buffer(into.data() + before, kReadBytes));
  into.resize(before + size);
  if (error && error != asio::error::eof) co_return broken("no answer", error);
  co_return Fault();
}

asio::awaitable<HttpPoster::Fault> HttpPoster::receive(std::string& into) {
  if (!url_.is_tls) {
    Fault fault = co_await receive_plain(into);
    co_return fault;
  }
  const std::size_t before = into.size();
  while (session_) {
    into.resize(before + kReadBytes);
    const auto [step, size] = session_->read(std::span(into).subspan(before));
    into.resize(before + (step == Step::Done ? size : 0));
    const std::string outgoing = session_->take_outgoing();
    if (step == Step::Done || step == Step::Ended) co_return Fault();
    if (step == Step::Failed) co_return session_->failure_text();
    Fault fault = co_await send_plain(outgoing);
    if (!fault.empty()) co_return fault;
    std::string incoming;
    fault = co_await receive_plain(incoming);
    if (!fault.empty()) co_return fault;
    if (!session_) break;
    if (incoming.empty()) {
      session_->end_incoming();
    } else {
      session_->put_incoming(incoming);
    }
  }
  co_return std::string(kClosed);
}

asio::awaitable<HttpReply> HttpPoster::receive_reply() {
  beast_http::response_parser<beast_http::string_body> parser;
  parser.eager(true);
  parser.body_limit(kReplyBytesMax);
  std::string pending;
  while (!parser.is_done()) {
    const std::size_t before = pending.size();
    Fault fault = co_await receive(pending);
    if (!fault.empty()) co_return failed(std::move(fault));
    error_code error;
    if (pending.size() == before) {
      if (!has_answered_) co_return failed("the server closed the connection");
      parser.put_eof(error);
      if (error || !parser.is_done()) co_return failed("the answer broke off");
      break;
    }
    has_answered_ = true;
    const std::size_t used = parser.put(asio::buffer(pending), error);
    if (error && error != beast_http::error::need_more) {
      co_return failed("what answers there does not speak HTTP, or says too much");
    }
    pending.erase(0, used);
  }
  HttpReply reply;
  reply.status = parser.get().result_int();
  reply.retry_after = std::string(parser.get()[beast_http::field::retry_after]);
  reply.body = parser.get().body();
  if (!parser.keep_alive()) close();
  co_return reply;
}

}  // namespace weir::app
