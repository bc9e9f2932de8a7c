// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "weir/doctor/check.h"
#include "weir/doctor/proc_texts.h"

namespace weir::doctor {

// What of the machine, and of the group of processes that the daemon is in, can make it lose
// something. Pure: what was read comes in, and none is what could not be read.

struct ReceiveBuffer {
  // What the daemon asks for.
  std::uint64_t wanted_bytes = 0;
  // net.core.rmem_max
  std::optional<std::uint64_t> system_max{};
  // What the kernel has granted a socket of the daemon, as it counts: twice what was asked for.
  std::optional<std::uint64_t> granted_bytes{};
};
[[nodiscard]] Check check_receive_buffer(const ReceiveBuffer& buffer);

// net.core.rmem_default: of sockets that ask for no size, as Unix datagram sockets do.
[[nodiscard]] Check check_default_buffer(std::optional<std::uint64_t> bytes);

// net.core.netdev_max_backlog, and what was dropped for it since the machine was started.
[[nodiscard]] Check check_backlog(std::optional<std::uint64_t> packets,
                                  std::optional<std::uint64_t> dropped);

// net.unix.max_dgram_qlen, of a daemon with a Unix datagram socket.
[[nodiscard]] Check check_unix_queue(std::optional<std::uint64_t> datagrams);

// What the daemon may open, and the connections that its flags allow.
struct Descriptors {
  std::optional<OpenFileLimit> limit{};
  std::uint64_t connections_max = 0;
  // Whose limit that is: `the daemon (pid 7)`.
  std::string whose{};
};
[[nodiscard]] Check check_descriptors(const Descriptors& descriptors);

// Datagrams that the whole host dropped.
[[nodiscard]] Check check_host_drops(const std::optional<UdpCounts>& counts);

struct Memory {
  // The lowest limit of the daemon's groups.
  std::optional<std::uint64_t> group_bytes{};
  // What --limits.store-bytes and --limits.binding-bytes of all workers may take, as they were
  // given; 0 where they are derived from the memory there is.
  std::uint64_t budget_bytes = 0;
  // oom_kill of memory.events
  std::optional<std::uint64_t> kills{};
};
[[nodiscard]] Check check_memory(const Memory& memory);

struct Processors {
  // cpu.max, in processors.
  std::optional<double> quota{};
  // Those that the group may run on; 0 when that is not known.
  std::size_t allowed = 0;
  std::uint64_t workers = 1;
  std::optional<std::uint64_t> periods{};
  std::optional<std::uint64_t> throttled_periods{};
};
[[nodiscard]] Check check_processors(const Processors& processors);

struct Tasks {
  std::optional<std::uint64_t> max{};
  std::optional<std::uint64_t> current{};
  std::optional<std::uint64_t> refused{};  // `max` of pids.events
  std::uint64_t workers = 1;
};
[[nodiscard]] Check check_tasks(const Tasks& tasks);

// What adjtimex(2) says; none where it may not be asked.
struct KernelClock {
  bool is_synchronised = false;
  double error_seconds = 0;  // at most
};
[[nodiscard]] Check check_clock(const std::optional<KernelClock>& clock);
// The clock of `server` minus that of this machine, of an HTTP date, which is cut to the second.
[[nodiscard]] Check check_skew(std::string_view server, double seconds);

}  // namespace weir::doctor
