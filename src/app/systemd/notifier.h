// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "weir/net/endpoint.h"
#include "weir/net/open_socket.h"

namespace weir::app {

// Sends messages to the service manager (sd_notify(3)). Without one, and whenever one cannot be
// sent, nothing happens: the service manager decides what a silent service means. Any one thread.
class Notifier {
 public:
  // `address` as $NOTIFY_SOCKET has it: a path, or `@name` for an abstract one. Anything else turns
  // the notifier off.
  explicit Notifier(const std::string& address);

  [[nodiscard]] bool is_on() const { return target_.has_value(); }
  // `assignments` are `NAME=value` with newlines between them. Never waits.
  void send(std::string_view assignments) const;

 private:
  std::optional<net::Endpoint> target_;
  net::Descriptor socket_;
};

}  // namespace weir::app
