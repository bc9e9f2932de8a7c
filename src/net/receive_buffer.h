// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "weir/base/log.h"
#include "weir/net/open_socket.h"

namespace weir::net {

// Asks the kernel for the receive buffer of a datagram socket: DatagramListener::Options says what
// `wanted` means. `network` is how errors call its kind. Throws ListenError.
void set_receive_buffer(const BoundSocket& socket, std::string_view network, int wanted);

// Says what the kernel granted, with its bookkeeping, and warns when that is less than wanted.
void log_receive_buffer(const base::Log& log, const std::string& address, int wanted,
                        std::int64_t granted);

}  // namespace weir::net
