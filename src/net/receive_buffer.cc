// SPDX-License-Identifier: Apache-2.0
#include "net/receive_buffer.h"

#include <cerrno>
#include <sys/socket.h>

#include <fmt/core.h>

#include "net/socket_memory.h"
#include "weir/net/datagram_listener.h"

namespace weir::net {
namespace {

bool ask_for_receive_buffer(int fd, int bytes, bool may_force) {
  const bool is_forced =
      may_force && ::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0;
  return is_forced || ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) == 0;
}

// Whether asking by default would make it smaller: its opener may have been allowed more than this
// process is.
bool has_more_already(int fd) {
  const Descriptor probe(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return probe.get() >= 0 &&
         ask_for_receive_buffer(probe.get(), kReceiveBufferBytesDefault, true) &&
         buffer_bytes(fd, SO_RCVBUF) > buffer_bytes(probe.get(), SO_RCVBUF);
}

}  // namespace

void set_receive_buffer(const BoundSocket& socket, std::string_view network, int wanted) {
  if (wanted == 0 && socket.is_unix()) return;
  const int fd = socket.descriptor.get();
  if (wanted == 0 && has_more_already(fd)) return;
  const int asked = wanted == 0 ? kReceiveBufferBytesDefault : wanted;
  if (!ask_for_receive_buffer(fd, asked, wanted == 0)) {
    throw ListenError(
        fmt::format("set {} {}: setsockopt: {}", network, socket.address, describe_errno(errno)));
  }
}

void log_receive_buffer(const base::Log& log, const std::string& address, int wanted,
                        std::int64_t granted) {
  const int asked = wanted == 0 ? kReceiveBufferBytesDefault : wanted;
  // The kernel counts twice what was asked, for its own bookkeeping.
  const std::int64_t got = granted / 2;
  log.info("UDP receive buffer", {{"address", address},
                                  {"bytes", std::to_string(got)},
                                  {"bytes_with_bookkeeping", std::to_string(granted)}});
  if (got < asked) {
    log.warn(
        "UDP receive buffer is smaller than wanted: bursts may be lost; raise net.core.rmem_max",
        {{"wanted_bytes", std::to_string(asked)}, {"bytes", std::to_string(got)}});
  }
}

}  // namespace weir::net
