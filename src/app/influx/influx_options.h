// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "weir/http/server.h"

namespace weir::app {

// What InfluxDB's clients may send, and how much of it.
struct InfluxOptions {
  std::vector<std::string> http_addresses;
  std::vector<std::string> udp_addresses;
  std::size_t connections_max = 64;
  // Of a body as it is sent. As many are kept twice for each connection.
  std::size_t body_bytes_max = 4'194'304;
  // Of a body that was compressed. One is unpacked at a time.
  std::size_t unpacked_bytes_max = 25'000'000;

  // Without an address there is nothing of it.
  [[nodiscard]] bool is_on() const { return !http_addresses.empty() || !udp_addresses.empty(); }
};

}  // namespace weir::app
