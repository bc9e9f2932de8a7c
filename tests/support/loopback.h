// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>

namespace weir::support {

// Only ends a test that hangs; no test depends on its length.
inline constexpr std::chrono::seconds kPatience{20};

// Runs `context` on the calling thread until `is_done`. False when patience ran out.
template <class Condition>
bool run_until(boost::asio::io_context& context, Condition is_done) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!is_done()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    if (context.stopped()) context.restart();
    context.run_one_for(std::chrono::milliseconds(20));
  }
  return true;
}

// Runs `context` until it has nothing left to do, as after a stop. False when patience ran out.
inline bool run_out(boost::asio::io_context& context) {
  if (context.stopped()) context.restart();
  context.run_for(kPatience);
  return context.stopped();
}

// A blocking client socket, connected to a port of this machine.
class Client {
 public:
  // Owns `connected`.
  explicit Client(int connected) : fd_(connected) {}
  Client(int type, std::uint16_t port, int family = AF_INET)
      : fd_(::socket(family, type | SOCK_CLOEXEC, 0)) {
    sockaddr_storage storage{};
    socklen_t length = 0;
    if (family == AF_INET6) {
      sockaddr_in6 address{};
      address.sin6_family = AF_INET6;
      address.sin6_addr = in6addr_loopback;
      address.sin6_port = htons(port);
      length = sizeof address;
      std::memcpy(&storage, &address, length);
    } else {
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      address.sin_port = htons(port);
      length = sizeof address;
      std::memcpy(&storage, &address, length);
    }
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&storage), length) != 0) {
      throw std::runtime_error("connect");
    }
  }
  Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Client() { close(); }

  // `127.0.0.1:PORT` or `[::1]:PORT`.
  [[nodiscard]] std::string address() const {
    sockaddr_in6 bound{};
    socklen_t length = sizeof bound;
    if (::getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &length) != 0) return {};
    // At the same place in both families.
    const std::string port = std::to_string(ntohs(bound.sin6_port));
    return (length == sizeof bound ? "[::1]:" : "127.0.0.1:") + port;
  }

  void send(std::string_view bytes) const {
    if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error("send");
    }
  }
  // Appends what has arrived, at most `size_max` bytes of it, without waiting.
  void receive(std::string& out, std::size_t size_max = SIZE_MAX) {
    std::array<char, 65536> bytes;
    while (!has_end_ && size_max > 0) {
      const ssize_t count =
          ::recv(fd_, bytes.data(), std::min(bytes.size(), size_max), MSG_DONTWAIT);
      if (count > 0) {
        out.append(bytes.data(), static_cast<std::size_t>(count));
        size_max -= static_cast<std::size_t>(count);
        continue;
      }
      if (count < 0 && errno == EAGAIN) return;
      has_end_ = true;
      has_reset_ = count < 0;
    }
  }
  // True when the peer has closed the connection. Throws away what it has sent before.
  [[nodiscard]] bool is_closed_by_peer() {
    std::string ignored;
    receive(ignored);
    return has_end_;
  }
  // From here on the kernel holds about so many bytes that were not received.
  void keep_at_most(int bytes) const {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  [[nodiscard]] int native_handle() const { return fd_; }
  [[nodiscard]] bool has_end() const { return has_end_; }
  [[nodiscard]] bool has_reset() const { return has_reset_; }
  // Ends the sending side only.
  void finish() const { ::shutdown(fd_, SHUT_WR); }
  // Closes with a reset instead of an end of stream.
  void reset() {
    const linger abort{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    close();
  }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
  bool has_end_ = false;
  bool has_reset_ = false;
};

}  // namespace weir::support
