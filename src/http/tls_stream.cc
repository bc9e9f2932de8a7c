// SPDX-License-Identifier: Apache-2.0
#include "http/tls_stream.h"

#include <array>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include "http/client_side.h"
#include "weir/net/peer.h"

namespace weir::http {

namespace asio = net::asio;

namespace {

constexpr std::string_view kPlainAnswer =
    "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "This port speaks TLS: ask for https.\n";

bool is_waiting(tls::Step step) {
  return step == tls::Step::WantRead || step == tls::Step::WantWrite;
}

// A socket that does not block, and its descriptor.
int unblocked(net::TcpSocket& socket) {
  boost::system::error_code ignored;
  socket.native_non_blocking(true, ignored);
  return socket.native_handle();
}

}  // namespace

TlsStream::TlsStream(net::TcpSocket socket, std::shared_ptr<const tls::ServerContext> context,
                     tls::HandshakeLog& log)
    : socket_(std::move(socket)),
      log_(log),
      peer_(net::Peer::of(socket_.native_handle()).text()),
      session_(std::move(context), unblocked(socket_)) {}

TlsStream::~TlsStream() { close(); }

asio::awaitable<bool> TlsStream::handshake() {
  tls::Step step = session_.handshake();
  while (is_waiting(step)) {
    const bool is_ready = co_await wait_for(step);
    if (!is_ready) {
      log_.note_failed(tls::HandshakeFailure::Timeout, "it was not done in time", peer_);
      co_return false;
    }
    step = session_.handshake();
  }
  if (step == tls::Step::Done) {
    log_.note_done();
    co_return true;
  }
  note_failed();
  co_return false;
}

void TlsStream::note_failed() {
  if (session_.failure() == tls::HandshakeFailure::Plain) answer_plainly();
  log_.note_failed(session_.failure(), session_.failure_text(), peer_);
}

// What was sent is taken in as far as it is there: a socket that is closed with bytes unread resets
// the connection before the answer is seen.
void TlsStream::answer_plainly() {
  constexpr int kReadsMax = 16;
  const int fd = socket_.native_handle();
  static_cast<void>(
      ::send(fd, kPlainAnswer.data(), kPlainAnswer.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
  static_cast<void>(::shutdown(fd, SHUT_WR));
  std::array<char, 4096> unread;
  for (int i = 0; i < kReadsMax; ++i) {
    if (::recv(fd, unread.data(), unread.size(), MSG_DONTWAIT) <= 0) return;
  }
}

asio::awaitable<bool> TlsStream::wait_for(tls::Step step) {
  const auto what =
      step == tls::Step::WantRead ? net::TcpSocket::wait_read : net::TcpSocket::wait_write;
  const auto [error] = co_await socket_.async_wait(what);
  co_return !error && socket_.is_open();
}

asio::awaitable<std::size_t> TlsStream::read_some(asio::mutable_buffer buffer) {
  while (socket_.is_open()) {
    const auto [step, bytes] = session_.read({static_cast<char*>(buffer.data()), buffer.size()});
    if (step == tls::Step::Done) co_return bytes;
    if (!is_waiting(step)) co_return 0;
    const bool is_ready = co_await wait_for(step);
    if (!is_ready) co_return 0;
  }
  co_return 0;
}

asio::awaitable<bool> TlsStream::write(asio::const_buffer bytes) {
  std::string_view left(static_cast<const char*>(bytes.data()), bytes.size());
  while (socket_.is_open()) {
    const auto [step, written] = session_.write(left);
    if (step == tls::Step::Done) {
      left.remove_prefix(written);
      if (left.empty()) co_return true;
      continue;
    }
    if (!is_waiting(step)) co_return false;
    const bool is_ready = co_await wait_for(step);
    if (!is_ready) co_return false;
  }
  co_return false;
}

asio::awaitable<bool> TlsStream::shutdown_send() {
  if (!socket_.is_open()) co_return false;
  session_.end();
  boost::system::error_code error;
  socket_.shutdown(net::TcpSocket::shutdown_send, error);
  co_return !error;
}

bool TlsStream::is_open() const { return socket_.is_open(); }

bool TlsStream::is_closed_by_client() { return http::is_closed_by_client(socket_.native_handle()); }

bool TlsStream::has_unread() const {
  boost::system::error_code error;
  return socket_.available(error) > 0 && !error;
}

void TlsStream::close() {
  if (!socket_.is_open()) return;
  session_.end();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void TlsStream::reset() {
  if (!socket_.is_open()) return;
  boost::system::error_code ignored;
  socket_.set_option(net::TcpSocket::linger(true, 0), ignored);
  socket_.close(ignored);
}

}  // namespace weir::http
