// SPDX-License-Identifier: Apache-2.0
#include "relay/lookup.h"

#include <arpa/inet.h>
#include <chrono>
#include <exception>
#include <netinet/in.h>
#include <system_error>
#include <thread>
#include <utility>

namespace weir::relay {

bool has_host_name(std::string_view target) {
  const std::string host(net::split_host_port(target).host);
  in_addr ignored{};
  return !host.empty() && host.find(':') == std::string::npos &&
         ::inet_pton(AF_INET, host.c_str(), &ignored) != 1;
}

void Lookup::start(const Relay::Resolver& resolver, const std::string& target) {
  if (pending_.valid()) return;
  std::packaged_task<net::Endpoint()> task([resolver, target] { return resolver(target); });
  pending_ = task.get_future();
  try {
    std::thread(std::move(task)).detach();
  } catch (const std::system_error&) {
    // No thread to be had: the lost task answers with an error.
  }
}

std::optional<Lookup::Answer> Lookup::take() {
  const bool is_ready =
      pending_.valid() && pending_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  if (!is_ready) return std::nullopt;
  try {
    return Answer{pending_.get(), {}};
  } catch (const std::exception& error) {
    return Answer{std::nullopt, error.what()};
  }
}

}  // namespace weir::relay
