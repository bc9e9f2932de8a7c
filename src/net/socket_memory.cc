// SPDX-License-Identifier: Apache-2.0
#include "net/socket_memory.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace weir::net {

std::optional<SocketMemory> read_socket_memory(int fd) {
  // SK_MEMINFO_RMEM_ALLOC and SK_MEMINFO_DROPS of linux/sock_diag.h
  constexpr std::size_t kReceivedField = 0;
  constexpr std::size_t kDropsField = 8;
  std::array<std::uint32_t, kDropsField + 1> fields{};
  socklen_t length = sizeof fields;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, fields.data(), &length) != 0) return std::nullopt;
  if (length != sizeof fields) return std::nullopt;
  return SocketMemory{fields[kReceivedField], fields[kDropsField]};
}

std::uint64_t buffer_bytes(int fd, int option) {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  if (::getsockopt(fd, SOL_SOCKET, option, &bytes, &length) != 0) return 1;
  return static_cast<std::uint64_t>(std::max(bytes, 1));
}

std::size_t unread_bytes(int fd) {
  int bytes = 0;
  return ::ioctl(fd, FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

std::size_t unix_queue_datagrams() {
  // The kernel's default.
  std::size_t datagrams = 10;
  std::ifstream setting("/proc/sys/net/unix/max_dgram_qlen");
  setting >> datagrams;
  // It lets one more in than it says.
  return (setting ? datagrams : 10) + 1;
}

}  // namespace weir::net
