// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace weir::support {

// What a socket has received, without waiting.
inline std::vector<std::string> take_packets(int fd) {
  std::array<char, 65'536> bytes;
  std::vector<std::string> packets;
  while (true) {
    const ssize_t count = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0) return packets;
    packets.emplace_back(bytes.data(), static_cast<std::size_t>(count));
  }
}

// A UDP socket on a free port of the loopback interface.
class UdpSink {
 public:
  explicit UdpSink(int family = AF_INET) : fd_(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    const void* wanted = family == AF_INET ? static_cast<const void*>(&v4) : &v6;
    length_ = family == AF_INET ? sizeof v4 : sizeof v6;
    std::memcpy(&address_, wanted, length_);
    auto* const address = reinterpret_cast<sockaddr*>(&address_);
    is_open_ = ::bind(fd_, address, length_) == 0 && ::getsockname(fd_, address, &length_) == 0;
  }
  ~UdpSink() { ::close(fd_); }
  UdpSink(const UdpSink&) = delete;
  UdpSink& operator=(const UdpSink&) = delete;

  // False where the machine lacks the family.
  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] std::uint16_t port() const {
    // At the same place in both families.
    sockaddr_in start{};
    std::memcpy(&start, &address_, sizeof start);
    return ntohs(start.sin_port);
  }
  [[nodiscard]] std::string target() const {
    const char* const host = length_ == sizeof(sockaddr_in) ? "127.0.0.1:" : "[::1]:";
    return host + std::to_string(port());
  }
  [[nodiscard]] std::vector<std::string> take() const { return take_packets(fd_); }

 private:
  int fd_;
  sockaddr_storage address_{};
  socklen_t length_ = 0;
  bool is_open_ = false;
};

}  // namespace weir::support
