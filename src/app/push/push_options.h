// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "weir/push/group_store.h"

namespace weir::app {

// What clients of Pushgateway may push, and how much of it.
struct PushOptions {
  bool is_enabled = false;
  std::vector<std::string> addresses = {":9091"};
  bool has_admin_api = false;
  // Refuses nothing but what cannot be read.
  bool is_unchecked = false;
  // Of groups whose pushes do not say otherwise; 0: they stay.
  std::chrono::nanoseconds ttl{0};
  std::size_t connections_max = 64;
  // Of a body as it is sent. As many are kept twice for each connection.
  std::size_t body_bytes_max = 4'194'304;
  // Of a body that was compressed.
  std::size_t unpacked_bytes_max = 16'777'216;
  push::StoreLimits store;
};

}  // namespace weir::app
