// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>

#include "relay/lookup.h"
#include "relay/packer.h"
#include "weir/base/log.h"
#include "weir/base/log_gate.h"
#include "weir/net/asio.h"
#include "weir/net/open_socket.h"
#include "weir/relay/relay.h"

namespace weir::relay {

// Sends packets to one address and keeps, in order, those that the kernel has no room for. Runs on
// the thread of the io_context, which must outlive it; destroy it when that context no longer runs.
class Target {
 public:
  // `socket` does not block. An `address` of no length is the socket's peer; without one
  // packets wait until a look-up finds it.
  Target(net::asio::io_context& context, std::string name, net::BoundSocket socket,
         const std::optional<net::Endpoint>& address, std::size_t queue_packets_max,
         const base::Log& log);
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  // Copies the packet when it has to wait.
  void send(const Packet& packet);
  // Sends what waits, as far as the kernel takes it, lets the rest go and closes the socket.
  void stop();

  // Asks for the address of the name again, unless it is an address already.
  void start_lookup(const Relay::Resolver& resolver);
  // Takes over what the look-up found, if it is through. An address that cannot be found any more
  // stays in use.
  void finish_lookup();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const TargetStats& stats() const { return stats_; }

 private:
  struct Waiting {
    std::string bytes;
    std::size_t lines;

    [[nodiscard]] Packet packet() const { return {bytes, lines}; }
  };
  enum class SendResult : std::uint8_t { Done, Blocked };

  void set_address(const net::Endpoint& endpoint);
  void take_address(const net::Endpoint& found, bool was_lost);
  SendResult try_send(const Packet& packet);
  void enqueue(const Packet& packet);
  void drop(const Packet& packet);
  void retry();
  net::asio::awaitable<void> empty_queue();
  void send_waiting();
  void note_queue() { stats_.queue_packets.store(queue_.size(), std::memory_order_relaxed); }

  net::asio::io_context& context_;
  const std::string name_;
  const bool has_host_name_;
  const int family_;
  net::DatagramSocket socket_;
  net::Timer pause_;
  sockaddr_storage address_{};
  socklen_t address_length_ = 0;
  std::size_t queue_packets_max_;
  const base::Log& log_;

  std::deque<Waiting> queue_;
  bool is_retrying_ = false;
  // The kernel's memory is short, not the socket's: the socket is writable all the same.
  bool is_short_of_buffers_ = false;

  Lookup lookup_;
  bool is_unknown_;  // no look-up has found it yet
  bool is_lost_;     // the last look-up did not find it
  base::LogGate error_gate_;
  base::LogGate drop_gate_;
  TargetStats stats_;
};

}  // namespace weir::relay
