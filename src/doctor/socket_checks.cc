// SPDX-License-Identifier: Apache-2.0
#include "weir/doctor/socket_checks.h"

#include <algorithm>

#include <fmt/core.h>

namespace weir::doctor {

namespace {

std::string name_of(const ListenAddress& address) {
  return fmt::format("{} {}", address.kind, address.address);
}

bool is_service_manager(const Holder& holder) { return holder.name == "systemd"; }

std::string shown(const std::vector<Holder>& holders) {
  constexpr std::size_t kShownMax = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(holders.size(), kShownMax); ++i) {
    text += fmt::format("{}{} (pid {})", i > 0 ? ", " : "", holders[i].name, holders[i].pid);
  }
  if (holders.size() > kShownMax) text += fmt::format(" and {} more", holders.size() - kShownMax);
  return text;
}

}  // namespace

Check check_address(const ListenAddress& address) {
  constexpr std::string_view kId = "address";
  const auto name = name_of(address);
  if (!address.is_held) {
    if (address.bind_error.empty()) {
      return {kId, Verdict::Ok, name + " is free: a daemon that starts here can have it"};
    }
    return {kId, Verdict::Error, fmt::format("{} cannot be had: {}", name, address.bind_error),
            "another address or port, or the permission (CAP_NET_BIND_SERVICE for ports below "
            "1024)"};
  }
  if (address.holders.empty()) {
    return {kId, Verdict::Note,
            fmt::format("{} is in use by a process of {} that cannot be seen without root", name,
                        address.user.empty() ? "another user" : address.user),
            "run this as root, or as the user that the daemon has"};
  }
  if (std::ranges::all_of(address.holders, is_service_manager)) {
    return {kId, Verdict::Note,
            fmt::format("{} is held by {} and by no daemon", name, shown(address.holders)),
            "systemctl status weir.socket weir.service: the daemon starts with the first that "
            "comes, unless it failed"};
  }
  if (std::ranges::all_of(address.holders, &Holder::is_weir)) {
    return {kId, Verdict::Ok, fmt::format("{} is held by {}", name, shown(address.holders))};
  }
  const bool is_shared = std::ranges::any_of(address.holders, &Holder::is_weir);
  return {kId, is_shared ? Verdict::Warning : Verdict::Error,
          fmt::format("{} is held by {}", name, shown(address.holders)),
          is_shared ? "stop the other: it takes a share of what is sent"
                    : "stop that program, or give the daemon another address"};
}

Check check_drops(const ListenAddress& address) {
  constexpr std::string_view kId = "kernel-drops";
  const auto name = name_of(address);
  if (address.drops == 0) {
    return {kId, Verdict::Ok, fmt::format("no datagram found the buffer of {} full", name)};
  }
  return {
      kId, Verdict::Warning,
      fmt::format("{} datagrams found the buffer of {} full since it was opened, {} bytes wait "
                  "in it",
                  address.drops, name, address.unread_bytes),
      "raise net.core.rmem_max and --statsd.read-buffer, or add --statsd.workers; a daemon that "
      "stands still fills any buffer"};
}

}  // namespace weir::doctor
