// SPDX-License-Identifier: Apache-2.0
#include "relay/target.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <netinet/in.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "weir/net/coroutine_errors.h"

namespace weir::relay {

namespace {

constexpr std::chrono::milliseconds kBufferPause{10};

// As a socket for both families names an IPv4 address. The wildcard becomes `::`, as the
// reference's (10): its socket takes both for this machine.
sockaddr_in6 mapped(const net::Endpoint& endpoint) {
  sockaddr_in v4{};
  std::memcpy(&v4, &endpoint.address, sizeof v4);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = v4.sin_port;
  if (endpoint.is_wildcard) return v6;
  constexpr std::size_t kPrefixBytes = 12;
  v6.sin6_addr.s6_addr[kPrefixBytes - 2] = 0xff;
  v6.sin6_addr.s6_addr[kPrefixBytes - 1] = 0xff;
  std::memcpy(&v6.sin6_addr.s6_addr[kPrefixBytes], &v4.sin_addr, sizeof v4.sin_addr);
  return v6;
}

}  // namespace

Target::Target(net::asio::io_context& context, std::string name, net::BoundSocket socket,
               const std::optional<net::Endpoint>& address, std::size_t queue_packets_max,
               const base::Log& log)
    : context_(context),
      name_(std::move(name)),
      has_host_name_(has_host_name(name_)),
      family_(socket.family),
      socket_(context),
      pause_(context),
      queue_packets_max_(queue_packets_max),
      log_(log),
      is_unknown_(!address),
      is_lost_(!address) {
  socket_.assign(net::asio::generic::datagram_protocol(family_, 0), socket.descriptor.get());
  static_cast<void>(socket.descriptor.release());
  if (address) {
    set_address(*address);
  } else {
    stats_.resolve_errors.add();
  }
}

void Target::set_address(const net::Endpoint& endpoint) {
  if (family_ == AF_INET6 && endpoint.address.ss_family == AF_INET) {
    const sockaddr_in6 address = mapped(endpoint);
    std::memcpy(&address_, &address, sizeof address);
    address_length_ = sizeof address;
    return;
  }
  address_ = endpoint.address;
  address_length_ = endpoint.length;
}

void Target::send(const Packet& packet) {
  // What waits goes first.
  if (!is_unknown_ && queue_.empty() && try_send(packet) == SendResult::Done) return;
  enqueue(packet);
  if (!is_unknown_ && !is_retrying_) retry();
}

Target::SendResult Target::try_send(const Packet& packet) {
  const auto sent = ::sendto(socket_.native_handle(), packet.bytes.data(), packet.bytes.size(),
                             MSG_DONTWAIT | MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address_), address_length_);
  const int error = sent < 0 ? errno : 0;
  is_short_of_buffers_ = error == ENOBUFS;
  if (error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS) return SendResult::Blocked;
  stats_.packets.add();
  if (error == 0) return SendResult::Done;
  stats_.send_errors.add();
  stats_.lines_dropped.add(packet.lines);
  if (error_gate_.pass(base::Clock::now())) {
    log_.error("Error sending UDP packet",
               {{"error", net::describe_errno(error)}, {"target", name_}});
  }
  return SendResult::Done;
}

void Target::enqueue(const Packet& packet) {
  if (queue_.size() >= queue_packets_max_) {
    drop(packet);
    if (drop_gate_.pass(base::Clock::now())) {
      log_.warn("relay queue is full, dropping packets", {{"target", name_}});
    }
    return;
  }
  queue_.push_back({std::string(packet.bytes), packet.lines});
  note_queue();
}

void Target::drop(const Packet& packet) {
  stats_.packets_dropped.add();
  stats_.lines_dropped.add(packet.lines);
}

void Target::retry() {
  is_retrying_ = true;
  net::asio::co_spawn(context_, empty_queue(), [this](const std::exception_ptr& error) {
    net::log_session_end(log_, "relay", error);
    if (error) is_retrying_ = false;
  });
}

net::asio::awaitable<void> Target::empty_queue() {
  while (!queue_.empty()) {
    const auto [error] = co_await socket_.async_wait(net::DatagramSocket::wait_write);
    if (socket_.is_open() && (error || is_short_of_buffers_)) {
      pause_.expires_after(kBufferPause);
      [[maybe_unused]] const auto [pause_end] = co_await pause_.async_wait();
    }
    if (!socket_.is_open()) co_return;
    send_waiting();
  }
  is_retrying_ = false;
}

void Target::send_waiting() {
  while (!queue_.empty() && try_send(queue_.front().packet()) == SendResult::Done)
    queue_.pop_front();
  note_queue();
}

void Target::stop() {
  if (!socket_.is_open()) return;
  if (!is_unknown_) send_waiting();
  if (!queue_.empty()) {
    log_.warn("relay target takes nothing, leaving its queue behind",
              {{"target", name_}, {"packets", std::to_string(queue_.size())}});
  }
  for (const Waiting& waiting : queue_) drop(waiting.packet());
  queue_.clear();
  note_queue();
  pause_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Target::start_lookup(const Relay::Resolver& resolver) {
  if (has_host_name_) lookup_.start(resolver, name_);
}

void Target::take_address(const net::Endpoint& found, bool was_lost) {
  set_address(found);
  const bool was_unknown = std::exchange(is_unknown_, false);
  if (was_lost) {
    log_.info(was_unknown ? "relay target found" : "relay target found again",
              {{"target", name_}, {"address", found.text}});
  }
  if (!queue_.empty() && !is_retrying_) retry();
}

void Target::finish_lookup() {
  const auto answer = lookup_.take();
  if (!answer) return;
  const bool was_lost = std::exchange(is_lost_, !answer->endpoint);
  if (answer->endpoint) {
    take_address(*answer->endpoint, was_lost);
    return;
  }
  stats_.resolve_errors.add();
  if (!was_lost) {
    log_.warn("relay target not found any more, keeping its address",
              {{"target", name_}, {"error", answer->error}});
  }
}

}  // namespace weir::relay
