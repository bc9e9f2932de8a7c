// SPDX-License-Identifier: Apache-2.0
// The floor that weir is measured against: a loop around `recvmmsg` that counts and throws away.
// Prints its port, and at SIGTERM what it received and what that cost.
//
//   --port=0                       UDP, on this host; or --unixgram=PATH
//   --receive-buffer=8388608       asked by force where the process may
//   --batch=32
//   --cpu=N                        runs on this core only
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <netinet/in.h>
#include <sched.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <fmt/core.h>

#include "flags.h"

namespace weir::bench {
namespace {

constexpr std::size_t kDatagramBytesMax = 65'535;
// As in the daemon: buffers a power of two apart would share their cache sets.
constexpr std::size_t kStride = 65'536 + 4'096 + 64;
constexpr std::size_t kDropsField = 8;  // SK_MEMINFO_DROPS of linux/sock_diag.h

std::atomic<bool> is_stopping{false};

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void bind_port(int fd, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
  socklen_t length = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  fmt::print("{{\"port\":{}}}\n", ntohs(address.sin_port));
}

void bind_path(int fd, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::invalid_argument("too long: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
  fmt::print("{{\"port\":0}}\n");
}

int open_socket(const Flags& flags) {
  const auto path = flags.text("unixgram");
  const int fd = ::socket(path.empty() ? AF_INET : AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  const int bytes = flags.number("receive-buffer", 8'388'608);
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0) {
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  path.empty() ? bind_port(fd, flags.number<std::uint16_t>("port", 0)) : bind_path(fd, path);
  std::fflush(stdout);
  return fd;
}

void stop_on_sigterm() {
  struct sigaction action {};
  action.sa_handler = [](int) { is_stopping = true; };
  ::sigaction(SIGTERM, &action, nullptr);
}

struct Received {
  std::uint64_t datagrams = 0;
  std::uint64_t bytes = 0;
};

Received receive_until_stopped(int fd, std::size_t batch) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(batch * kStride);
  std::vector<iovec> slices(batch);
  std::vector<mmsghdr> messages(batch);
  for (std::size_t i = 0; i < batch; ++i) {
    slices[i] = {buffer.get() + i * kStride, kDatagramBytesMax};
    messages[i].msg_hdr.msg_iov = &slices[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  // A signal that comes between the look and the call must not wait for a datagram.
  const timeval patience{0, 100'000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  Received received;
  while (!is_stopping) {
    const int count =
        ::recvmmsg(fd, messages.data(), static_cast<unsigned>(batch), MSG_WAITFORONE, nullptr);
    for (int i = 0; i < count; ++i) received.bytes += messages[static_cast<std::size_t>(i)].msg_len;
    if (count > 0) received.datagrams += static_cast<std::uint64_t>(count);
  }
  return received;
}

std::uint32_t kernel_drops(int fd) {
  std::array<std::uint32_t, kDropsField + 1> meminfo{};
  socklen_t length = sizeof meminfo;
  ::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, meminfo.data(), &length);
  return meminfo[kDropsField];
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

void pin(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0) fail("sched_setaffinity");
}

void run(const Flags& flags) {
  pin(flags.number("cpu", -1));
  stop_on_sigterm();
  const int fd = open_socket(flags);
  const Received received = receive_until_stopped(fd, flags.number<std::size_t>("batch", 32));
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print(R"({{"datagrams":{},"bytes":{},"drops":{},"user_seconds":{},"kernel_seconds":{}}})"
             "\n",
             received.datagrams, received.bytes, kernel_drops(fd), seconds(usage.ru_utime),
             seconds(usage.ru_stime));
  ::close(fd);
}

}  // namespace
}  // namespace weir::bench

int main(int argc, char** argv) {
  try {
    weir::bench::Flags flags;
    for (int i = 1; i < argc; ++i) flags.add(argv[i]);
    weir::bench::run(flags);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bare_receiver: {}\n", error.what());
    return 1;
  }
}
