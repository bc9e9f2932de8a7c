// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "weir/doctor/socket_checks.h"

namespace weir::app {

// Which processes have these sockets open, by the socket's inode, of /proc/PID/fd: those of other
// users only root sees.
[[nodiscard]] std::map<std::uint64_t, std::vector<doctor::Holder>> socket_holders(
    const std::set<std::uint64_t>& inodes);

// The name of a user, or the number of one that has none.
[[nodiscard]] std::string user_name(std::uint64_t user);

}  // namespace weir::app
