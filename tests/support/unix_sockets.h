// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "loopback.h"
#include "weir/net/endpoint.h"

namespace weir::support {

// An empty folder, gone with everything in it at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// Sets the umask for as long as it lives.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t before_;
};

inline bool exists(const std::string& path) {
  struct stat ignored {};
  return ::lstat(path.c_str(), &ignored) == 0;
}

// The permissions of `path`.
inline mode_t mode_of(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) throw std::runtime_error("lstat");
  return status.st_mode & ~S_IFMT;
}

// A unix socket with an address, which its owner closes.
inline int bound_socket(int type, const net::Endpoint& endpoint) {
  const int fd = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.length) != 0) {
    throw std::runtime_error("bind");
  }
  return fd;
}

// Leaves the file of a socket that is gone, as a crash does.
inline void leave_stale_socket(int type, const std::string& path) {
  ::close(bound_socket(type, net::unix_endpoint(path)));
}

// A blocking client of a unix socket.
inline Client connect_unix(int type, std::string_view path) {
  const net::Endpoint endpoint = net::unix_endpoint(path);
  Client client(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  if (::connect(client.native_handle(), reinterpret_cast<const sockaddr*>(&endpoint.address),
                endpoint.length) != 0) {
    throw std::runtime_error("connect");
  }
  return client;
}

// Sends one byte and a descriptor of this process along with it.
inline void send_descriptor(const Client& client, int fd) {
  char byte = 'x';
  iovec slice{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> control{};
  msghdr message{};
  message.msg_iov = &slice;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (::sendmsg(client.native_handle(), &message, MSG_NOSIGNAL) != 1) {
    throw std::runtime_error("sendmsg");
  }
}

// A pipe's writing end that can be sent away, and whether anybody still holds it.
class TracedDescriptor {
 public:
  TracedDescriptor() {
    if (::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("pipe2");
  }
  ~TracedDescriptor() {
    ::close(ends_[0]);
    drop();
  }
  TracedDescriptor(const TracedDescriptor&) = delete;
  TracedDescriptor& operator=(const TracedDescriptor&) = delete;

  [[nodiscard]] int get() const { return ends_[1]; }
  // Closes our own copy.
  void drop() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }
  // A pipe without a writer reads as ended.
  [[nodiscard]] bool is_held() const {
    char byte = 0;
    return ::read(ends_[0], &byte, 1) != 0;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

}  // namespace weir::support
