// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace weir::net {

// What the kernel holds for a socket, by its own count, which includes its bookkeeping.
struct SocketMemory {
  std::uint32_t received_bytes = 0;  // not read yet, or read a moment ago
  std::uint32_t drops = 0;           // since the socket was opened; wraps
};

// Empty where the kernel does not say.
[[nodiscard]] std::optional<SocketMemory> read_socket_memory(int fd);

// Of `option`, SO_RCVBUF or SO_SNDBUF, as the kernel counts. At least 1.
[[nodiscard]] std::uint64_t buffer_bytes(int fd, int option);

// What waits to be read: of a stream all of it, of a datagram socket the first datagram.
[[nodiscard]] std::size_t unread_bytes(int fd);

// How many datagrams a unix socket that is opened now queues; then their senders wait.
[[nodiscard]] std::size_t unix_queue_datagrams();

}  // namespace weir::net
