// SPDX-License-Identifier: Apache-2.0
#include "app/commands/http_connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <fmt/core.h>

namespace weir::app {

namespace {

using std::chrono::milliseconds;

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

bool is_empty_now(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

int error_of(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

HttpConnection::HttpConnection(const HttpUrl& url, HttpPatience patience)
    : url_(&url), patience_(patience), socket_(connect()) {
  if (url.is_tls) shake_hands();
}

void HttpConnection::fail(std::string_view what) const {
  throw std::runtime_error(fmt::format("{}: {}", url_->authority, what));
}

HttpConnection::Event HttpConnection::wait_once(int fd, short events, milliseconds time) const {
  std::array<pollfd, 2> waited{pollfd{fd, events, 0}, pollfd{patience_.interrupt_fd, POLLIN, 0}};
  const int ready = ::poll(waited.data(), waited.size(), static_cast<int>(time.count()));
  if (ready < 0 && errno != EINTR) fail(net::describe_errno(errno));
  if (waited[1].revents != 0 || (ready < 0 && patience_.interrupt_fd >= 0)) {
    throw HttpInterrupted(fmt::format("{}: interrupted", url_->authority));
  }
  if (ready < 0) return Event::Signal;
  return ready == 0 ? Event::Timeout : Event::Ready;
}

void HttpConnection::wait(int fd, short events) const {
  const auto end = std::chrono::steady_clock::now() + patience_.time;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
    const Event event = wait_once(fd, events, std::max(left, milliseconds(0)));
    if (event == Event::Ready) return;
    if (event == Event::Timeout) fail(fmt::format("no answer within {} s", patience_.seconds()));
  }
}

net::Descriptor HttpConnection::connect() const {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(url_->host.c_str(), url_->port.c_str(), &hints, &found)) {
    fail(::gai_strerror(error));
  }
  const Addresses addresses(found);
  int fault = 0;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    net::Descriptor socket(
        ::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    fault = ::connect(socket.get(), at->ai_addr, at->ai_addrlen) == 0 ? 0 : errno;
    if (fault == EINPROGRESS) {
      // The last one may say that it does not answer.
      const bool is_last = at->ai_next == nullptr;
      if (is_last) wait(socket.get(), POLLOUT);
      const bool is_ready =
          is_last || wait_once(socket.get(), POLLOUT, patience_.time) == Event::Ready;
      fault = is_ready ? error_of(socket.get()) : ETIMEDOUT;
    }
    if (fault == 0) return socket;
  }
  fail(net::describe_errno(fault));
}

void HttpConnection::shake_hands() {
  session_ = std::make_unique<tls::ClientSession>(url_->trust, url_->host);
  while (true) {
    const auto step = session_->handshake();
    send_plain(session_->take_outgoing());
    if (step == tls::Step::Done) return;
    if (step != tls::Step::WantRead) fail(session_->failure_text());
    while (!feed_session()) wait(socket_.get(), POLLIN);
  }
}

bool HttpConnection::feed_session() {
  std::array<char, 16'384> piece{};
  const auto size = receive_plain(piece);
  if (!size) return false;
  if (*size == 0) {
    session_->end_incoming();
  } else {
    session_->put_incoming(std::span(piece).first(*size));
  }
  return true;
}

void HttpConnection::send_plain(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (is_empty_now(errno)) {
      wait(socket_.get(), POLLOUT);
    } else {
      fail(net::describe_errno(errno));
    }
  }
}

void HttpConnection::send(std::string_view bytes) {
  if (!session_) return send_plain(bytes);
  if (session_->write(bytes) != tls::Step::Done) fail(session_->failure_text());
  send_plain(session_->take_outgoing());
}

std::optional<std::size_t> HttpConnection::receive_plain(std::span<char> into) {
  const ssize_t size = ::recv(socket_.get(), into.data(), into.size(), 0);
  if (size >= 0) return static_cast<std::size_t>(size);
  if (is_empty_now(errno)) return std::nullopt;
  fail(fmt::format("no answer: {}", net::describe_errno(errno)));
}

std::optional<std::size_t> HttpConnection::try_receive(std::span<char> into) {
  if (!session_) return receive_plain(into);
  while (true) {
    const auto [step, bytes] = session_->read(into);
    send_plain(session_->take_outgoing());
    if (step == tls::Step::Done) return bytes;
    if (step == tls::Step::Ended) return 0;
    if (step == tls::Step::Failed) fail(session_->failure_text());
    if (!feed_session()) return std::nullopt;
  }
}

std::size_t HttpConnection::receive(std::span<char> into) {
  while (true) {
    if (const auto size = try_receive(into)) return *size;
    wait(socket_.get(), POLLIN);
  }
}

std::optional<std::size_t> HttpConnection::receive_within(std::span<char> into, milliseconds time) {
  if (const auto size = try_receive(into)) return size;
  if (wait_once(socket_.get(), POLLIN, time) != Event::Ready) return std::nullopt;
  return try_receive(into);
}

}  // namespace weir::app
