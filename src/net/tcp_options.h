// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weir::net {

// Of a listening socket; what it accepts inherits kernel keep-alive at 15 s and undelayed sends.
// False, with `errno`, when one could not be set.
[[nodiscard]] bool set_tcp_options(int fd);

}  // namespace weir::net
