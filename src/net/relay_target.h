// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>

#include "net/log_gate.h"
#include "net/relay_lookup.h"
#include "net/relay_packer.h"
#include "net/socket.h"
#include "weir/base/log.h"
#include "weir/net/asio.h"
#include "weir/net/relay.h"

namespace weir::net {

// Sends packets to one address and keeps, in order, those that the kernel has no room for. Runs on
// the thread of the io_context, which must outlive it; destroy it when that context no longer runs.
class RelayTarget {
 public:
  // `socket` does not block. An `address` of no length stands for the socket's peer; without one
  // packets wait until a look-up finds it.
  RelayTarget(asio::io_context& context, std::string name, BoundSocket socket,
              const std::optional<Endpoint>& address, std::size_t queue_packets_max,
              const base::Log& log);
  RelayTarget(const RelayTarget&) = delete;
  RelayTarget& operator=(const RelayTarget&) = delete;

  // Copies the packet when it has to wait.
  void send(const RelayPacket& packet);
  // Sends what waits, as far as the kernel takes it, lets the rest go and closes the socket.
  void stop();

  // Asks for the address of the name again, unless it is an address already.
  void start_lookup(const Relay::Resolver& resolver);
  // Takes over what the look-up found, if it is through. An address that cannot be found any more
  // stays in use.
  void finish_lookup();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const RelayTargetStats& stats() const { return stats_; }

 private:
  struct Waiting {
    std::string bytes;
    std::size_t lines;

    [[nodiscard]] RelayPacket packet() const { return {bytes, lines}; }
  };
  enum class Attempt : std::uint8_t { Done, Blocked };

  void set_address(const Endpoint& endpoint);
  void take_address(const Endpoint& found, bool was_lost);
  Attempt attempt(const RelayPacket& packet);
  void enqueue(const RelayPacket& packet);
  void drop(const RelayPacket& packet);
  void retry();
  asio::awaitable<void> empty_queue();
  void send_waiting();
  void note_queue() { stats_.queue_packets.store(queue_.size(), std::memory_order_relaxed); }

  asio::io_context& context_;
  const std::string name_;
  const bool has_host_name_;
  const int family_;
  DatagramSocket socket_;
  Timer pause_;
  sockaddr_storage address_{};
  socklen_t address_length_ = 0;
  std::size_t queue_packets_max_;
  const base::Log& log_;

  std::deque<Waiting> queue_;
  bool is_retrying_ = false;
  // The kernel's memory is short, not the socket's: the socket is writable all the same.
  bool is_short_of_buffers_ = false;

  RelayLookup lookup_;
  bool is_unknown_;  // no look-up has found it yet
  bool is_lost_;     // the last look-up did not find it
  LogGate error_gate_;
  LogGate drop_gate_;
  RelayTargetStats stats_;
};

}  // namespace weir::net
