// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/notifier.h"

#include <sys/socket.h>

namespace weir::app {

namespace {

std::optional<net::Endpoint> endpoint_of(const std::string& address) {
  if (!address.starts_with('/') && !address.starts_with('@')) return std::nullopt;
  try {
    return net::unix_endpoint(address);
  } catch (const net::ListenError&) {
    return std::nullopt;
  }
}

int open_socket(bool is_wanted) {
  return is_wanted ? ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
}

}  // namespace

Notifier::Notifier(const std::string& address)
    : target_(endpoint_of(address)), socket_(open_socket(target_.has_value())) {}

void Notifier::send(std::string_view assignments) const {
  if (!target_) return;
  const auto* to = reinterpret_cast<const sockaddr*>(&target_->address);
  static_cast<void>(::sendto(socket_.get(), assignments.data(), assignments.size(), MSG_NOSIGNAL,
                             to, target_->length));
}

}  // namespace weir::app
