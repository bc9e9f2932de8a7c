// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "workload.h"

namespace weir::bench {

// How much to send: until one of the two is reached. 0 leaves it open.
struct Amount {
  std::uint64_t lines = 0;
  double seconds = 0;
  // Lines per second, spread evenly; 0 is full speed.
  double rate = 0;
};

struct Sent {
  Totals totals;
  double seconds = 0;
  // Sends that the kernel refused: no socket listens there.
  std::uint64_t errors = 0;
};

// How long the receiver left datagrams lying.
struct Waits {
  Sent sent;
  double longest_seconds = 0;
  double median_seconds = 0;
  // The longest time in which the sender itself did not look: what is shorter may be its own pause.
  double longest_blink_seconds = 0;
};

// Sends a workload, lap after lap, through connected sockets to this host.
class LineSender {
 public:
  enum class Transport : std::uint8_t { Udp, Unixgram, Tcp };

  // `sources` sockets for each port, which take turns batch by batch; a Unix socket has one.
  // Throws std::system_error.
  LineSender(const Workload& workload, Transport transport, const std::vector<std::string>& places,
             std::size_t sources);
  ~LineSender();
  LineSender(const LineSender&) = delete;
  LineSender& operator=(const LineSender&) = delete;

  Sent send(const Amount& amount);
  // Sends datagram by datagram at an even pace, and watches how long each lies until it is taken.
  // Unix datagrams only: there the kernel tells the sender.
  Waits watch(const Amount& amount);

 private:
  // Returns how many of the next `count` datagrams were sent, 1 at least.
  std::size_t send_batch(std::size_t count);
  std::size_t send_datagrams(int fd, std::size_t count);
  std::size_t send_stretch(int fd, std::size_t count);
  [[nodiscard]] std::uint64_t end_of(const Amount& amount) const;
  [[nodiscard]] double datagrams_per_second(double rate) const;

  const Workload& workload_;
  Transport transport_;
  std::vector<int> sockets_;
  std::size_t turn_ = 0;
  std::uint64_t next_ = 0;
  std::uint64_t errors_ = 0;
};

}  // namespace weir::bench
