// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <optional>
#include <string>
#include <string_view>

#include "weir/net/endpoint.h"
#include "weir/relay/relay.h"

namespace weir::relay {

// False when the host is an address already, or left out.
[[nodiscard]] bool has_host_name(std::string_view target);

// Looks a target up on a thread of its own, detached: a resolver takes its time, and neither its
// caller nor the end of the process may wait for it. What that thread uses it owns.
class Lookup {
 public:
  struct Answer {
    std::optional<net::Endpoint> endpoint;
    std::string error;  // when there is no endpoint
  };

  // Does nothing while a look-up is under way.
  void start(const Relay::Resolver& resolver, const std::string& target);
  // The answer, once.
  [[nodiscard]] std::optional<Answer> take();

 private:
  std::future<net::Endpoint> pending_;
};

}  // namespace weir::relay
