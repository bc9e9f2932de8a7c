// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/doctor/check.h"

namespace weir::doctor {

// A process that has a socket open.
struct Holder {
  std::uint64_t pid = 0;
  std::string name{};
  bool is_weir = false;
};

// An address that the daemon's flags name, and what is there now.
struct ListenAddress {
  std::string kind{};     // `udp`, `tcp`, `unixgram`, `unixstream`, `web`
  std::string address{};  // as the flag has it
  // A socket has it.
  bool is_held = false;
  // The kernel's list of sockets has it, and so its drops; other namespaces are not listed.
  bool is_listed = false;
  // Those of its processes that could be seen. Of a socket that weir has with another, as with the
  // service manager that opened it, weir alone.
  std::vector<Holder> holders{};
  // Who the kernel says it belongs to: `root`, `1000`; "" when not known.
  std::string user{};
  // Why a socket cannot be bound there, where none has it; "" when it can be.
  std::string bind_error{};
  // Datagrams that were dropped because the buffer of a socket there was full.
  std::uint64_t drops = 0;
  std::uint64_t unread_bytes = 0;
};

// Whether the daemon has the address, or can have it.
[[nodiscard]] Check check_address(const ListenAddress& address);

// What the kernel had to drop at a UDP address.
[[nodiscard]] Check check_drops(const ListenAddress& address);

}  // namespace weir::doctor
