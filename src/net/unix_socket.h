// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "weir/base/log.h"
#include "weir/net/endpoint.h"
#include "weir/net/open_socket.h"

namespace weir::net {

// A bound unix datagram socket. A file left behind by a socket that is gone is replaced (Q21).
// `mode` is the flag's text (reference 9); when it cannot be read, a warning says so and the umask
// decides. The socket is never more open than asked. Throws SocketExists, or ListenError:
// `listen unixgram PATH: bind: permission denied`.
[[nodiscard]] BoundSocket open_unixgram(const Endpoint& endpoint, std::string_view mode,
                                        const base::Log& log);

// The same for a listening unix stream socket: `listen unix PATH: bind: permission denied`.
[[nodiscard]] BoundSocket open_unix_stream(const Endpoint& endpoint, std::string_view mode,
                                           const base::Log& log);

}  // namespace weir::net
