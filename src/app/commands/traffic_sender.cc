// SPDX-License-Identifier: Apache-2.0
#include "app/commands/traffic_sender.h"

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>

#include <fmt/core.h>

#include "weir/net/endpoint.h"

namespace weir::app {

namespace {

constexpr std::size_t kCollectedBytesMax = 65'536;
constexpr std::chrono::nanoseconds kNoTimeout{-1};

bool is_unix(ListenerKind kind) {
  return kind == ListenerKind::Unixgram || kind == ListenerKind::Unixstream;
}

bool is_stream(ListenerKind kind) {
  return kind == ListenerKind::Tcp || kind == ListenerKind::Unixstream;
}

net::Descriptor connect(ListenerKind kind, const std::string& address) {
  const net::Endpoint endpoint =
      is_unix(kind) ? net::unix_endpoint(address) : net::statsd_endpoint(address);
  const int type = is_stream(kind) ? SOCK_STREAM : SOCK_DGRAM;
  net::Descriptor socket(::socket(endpoint.address.ss_family, type | SOCK_CLOEXEC, 0));
  const auto* to = reinterpret_cast<const sockaddr*>(&endpoint.address);
  if (socket.get() < 0 || ::connect(socket.get(), to, endpoint.length) != 0) {
    throw std::runtime_error(
        fmt::format("{} {}: {}", name_of(kind), endpoint.text, net::describe_errno(errno)));
  }
  return socket;
}

}  // namespace

TrafficSender::TrafficSender(ListenerKind kind, const std::string& address, StopSignal& stop)
    : address_(address),
      is_stream_(is_stream(kind)),
      stop_(stop),
      socket_(connect(kind, address)) {}

TrafficSender::Result TrafficSender::send(std::string_view record) {
  if (!is_stream_) return send_datagram(record);
  collected_ += record;
  if (!record.ends_with('\n')) collected_ += '\n';
  return collected_.size() < kCollectedBytesMax ? Result::Sent : flush();
}

TrafficSender::Result TrafficSender::send_datagram(std::string_view record) {
  bool is_repeated = false;
  while (true) {
    if (::send(socket_.get(), record.data(), record.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
      return is_repeated ? Result::Refused : Result::Sent;
    }
    if (errno == EAGAIN) {
      if (stop_.wait(socket_.get(), POLLOUT, kNoTimeout) == StopSignal::Event::Stopped) {
        return Result::Stopped;
      }
      continue;
    }
    // The answer to the datagram before: this one was not sent.
    const bool is_late = errno == ECONNREFUSED && !is_repeated;
    if (!is_late) return Result::Refused;
    is_repeated = true;
  }
}

TrafficSender::Result TrafficSender::flush() {
  std::string_view rest = collected_;
  while (!rest.empty()) {
    const ssize_t size =
        ::send(socket_.get(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(size));
      continue;
    }
    if (errno != EAGAIN) {
      throw std::runtime_error(fmt::format("{}: {}", address_, net::describe_errno(errno)));
    }
    if (stop_.wait(socket_.get(), POLLOUT, kNoTimeout) == StopSignal::Event::Stopped) {
      return Result::Stopped;
    }
  }
  collected_.clear();
  return Result::Sent;
}

}  // namespace weir::app
