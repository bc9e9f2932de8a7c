// SPDX-License-Identifier: Apache-2.0
#include "line_sender.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <time.h>
#include <unistd.h>

namespace weir::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 32;
constexpr std::size_t kStretch = 512;
constexpr int kSendBufferBytes = 4 << 20;
constexpr timespec kNap{0, 50'000};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

template <class Address>
int connected(int family, int type, const Address& address) {
  const int fd = ::socket(family, type | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof kSendBufferBytes);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail("connect");
  return fd;
}

int connected_to_port(int type, const std::string& port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connected(AF_INET, type, address);
}

int connected_to_path(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::invalid_argument("too long: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return connected(AF_UNIX, SOCK_DGRAM, address);
}

bool is_unread(int fd) {
  int bytes = 0;
  return ::ioctl(fd, SIOCOUTQ, &bytes) == 0 && bytes > 0;
}

}  // namespace

LineSender::LineSender(const Workload& workload, Transport transport,
                       const std::vector<std::string>& places, std::size_t sources)
    : workload_(workload), transport_(transport) {
  for (std::size_t i = 0; i < sources; ++i) {
    for (const auto& place : places) {
      sockets_.push_back(
          transport == Transport::Unixgram
              ? connected_to_path(place)
              : connected_to_port(transport == Transport::Tcp ? SOCK_STREAM : SOCK_DGRAM, place));
    }
  }
  if (sockets_.empty()) throw std::invalid_argument("nowhere to send to");
}

LineSender::~LineSender() {
  for (const int fd : sockets_) ::close(fd);
}

std::size_t LineSender::send_datagrams(int fd, std::size_t count) {
  std::array<mmsghdr, kBatch> messages{};
  std::array<iovec, kBatch> slices;
  for (std::size_t i = 0; i < count; ++i) {
    const auto datagram = workload_.datagram(next_ + i);
    slices[i] = {const_cast<char*>(datagram.data()), datagram.size()};
    messages[i].msg_hdr.msg_iov = &slices[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int sent = ::sendmmsg(fd, messages.data(), static_cast<unsigned>(count), 0);
  if (sent > 0) return static_cast<std::size_t>(sent);
  // The one that could not be sent is lost, as it is for any client.
  ++errors_;
  return 1;
}

std::size_t LineSender::send_stretch(int fd, std::size_t count) {
  auto bytes = workload_.stretch(next_, count);
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) fail("send");
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return count;
}

std::size_t LineSender::send_batch(std::size_t count) {
  const int fd = sockets_[turn_++ % sockets_.size()];
  if (transport_ != Transport::Tcp) return send_datagrams(fd, std::min(count, kBatch));
  return send_stretch(fd, std::min({count, kStretch, workload_.left_in_lap(next_)}));
}

std::uint64_t LineSender::end_of(const Amount& amount) const {
  if (amount.lines == 0) return std::numeric_limits<std::uint64_t>::max();
  return next_ + workload_.datagrams_for(next_, amount.lines);
}

double LineSender::datagrams_per_second(double rate) const {
  const Totals lap = workload_.totals(workload_.size());
  return rate * static_cast<double>(lap.datagrams) / static_cast<double>(lap.lines);
}

Sent LineSender::send(const Amount& amount) {
  const std::uint64_t first = next_;
  const std::uint64_t end = end_of(amount);
  const std::uint64_t errors_before = errors_;
  const double pace = datagrams_per_second(amount.rate);
  const auto start = Clock::now();
  while (next_ < end) {
    const double elapsed = seconds_since(start);
    if (amount.seconds > 0 && elapsed >= amount.seconds) break;
    std::uint64_t due = end - next_;
    if (amount.rate > 0) {
      const auto total_due = first + static_cast<std::uint64_t>(elapsed * pace) + 1;
      due = std::min(due, total_due > next_ ? total_due - next_ : 0);
    }
    if (due == 0) {
      ::nanosleep(&kNap, nullptr);
      continue;
    }
    next_ += send_batch(static_cast<std::size_t>(std::min<std::uint64_t>(due, kStretch)));
  }
  return {workload_.totals(next_) - workload_.totals(first), seconds_since(start),
          errors_ - errors_before};
}

Waits LineSender::watch(const Amount& amount) {
  if (transport_ != Transport::Unixgram) throw std::invalid_argument("watch wants unixgram");
  const std::uint64_t first = next_;
  const std::uint64_t end = end_of(amount);
  const double pace = datagrams_per_second(amount.rate);
  Waits waits;
  std::vector<double> all;
  const auto start = Clock::now();
  while (next_ < end && seconds_since(start) < amount.seconds) {
    if (pace > 0 && seconds_since(start) * pace < static_cast<double>(next_ - first)) continue;
    const double sent_at = seconds_since(start);
    next_ += send_datagrams(sockets_.front(), 1);
    double seen = seconds_since(start);
    while (is_unread(sockets_.front()) && seen < amount.seconds) {
      const double now = seconds_since(start);
      waits.longest_blink_seconds = std::max(waits.longest_blink_seconds, now - seen);
      seen = now;
    }
    all.push_back(seconds_since(start) - sent_at);
  }
  waits.sent = {workload_.totals(next_) - workload_.totals(first), seconds_since(start), 0};
  if (!all.empty()) {
    std::sort(all.begin(), all.end());
    waits.longest_seconds = all.back();
    waits.median_seconds = all[all.size() / 2];
  }
  return waits;
}

}  // namespace weir::bench
