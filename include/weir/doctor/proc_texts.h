// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::doctor {

// Readers of what the kernel writes under /proc and /sys (proc(5), cgroups(7)). They take any text:
// a line that is none of the kernel's is left out.

// A row of /proc/net/{udp,tcp}{,6}.
struct InetSocket {
  // An IPv4 address as an IPv6 one (`::ffff:1.2.3.4`).
  std::array<std::uint8_t, 16> address{};
  bool is_ipv6 = false;
  std::uint16_t port = 0;
  bool is_listening = false;  // a TCP socket that takes connections
  std::uint64_t unread_bytes = 0;
  std::uint64_t user = 0;
  std::uint64_t inode = 0;
  std::uint64_t drops = 0;  // 0 for TCP

  [[nodiscard]] bool is_wildcard() const;
};

[[nodiscard]] std::vector<InetSocket> parse_inet_sockets(std::string_view text);

// A row of /proc/net/unix that has a name.
struct UnixSocket {
  std::string path;  // `@NAME` for an abstract one
  bool is_stream = false;
  bool is_listening = false;
  std::uint64_t inode = 0;
};

[[nodiscard]] std::vector<UnixSocket> parse_unix_sockets(std::string_view text);

// Of the whole host, or of one network namespace, since it was started.
struct UdpCounts {
  std::uint64_t received = 0;
  std::uint64_t errors = 0;       // InErrors, those of full buffers among them
  std::uint64_t full_buffer = 0;  // RcvbufErrors
  std::uint64_t no_port = 0;      // NoPorts: nothing listened
};

// /proc/net/snmp with /proc/net/snmp6; none when the first has no UDP.
[[nodiscard]] std::optional<UdpCounts> parse_udp_counts(std::string_view snmp,
                                                        std::string_view snmp6);

// Packets dropped because a processor's queue was full: of all rows of /proc/net/softnet_stat. None
// without a row.
[[nodiscard]] std::optional<std::uint64_t> parse_backlog_drops(std::string_view softnet_stat);

// How many files a process may have open, of /proc/PID/limits.
struct OpenFileLimit {
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};
[[nodiscard]] std::optional<OpenFileLimit> parse_open_file_limit(std::string_view limits);

// A file that holds one number. None for `max` and what is no number.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text);

// The number after `key` in a file of lines `key number`: cpu.stat, memory.events, pids.events.
[[nodiscard]] std::optional<std::uint64_t> keyed_count(std::string_view text, std::string_view key);

// How many processors cpu.max allows, `150000 100000`; none for `max`.
[[nodiscard]] std::optional<double> parse_cpu_max(std::string_view text);

// How many a list such as `0-3,8` names.
[[nodiscard]] std::size_t count_of_list(std::string_view list);

}  // namespace weir::doctor
