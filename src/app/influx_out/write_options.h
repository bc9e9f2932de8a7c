// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "app/influx_out/write_url.h"

namespace weir::app {

// How series become lines of InfluxDB's protocol (influxwrite/lines.h).
enum class InfluxLayout : std::uint8_t { Prometheus, Micrometer };

// What is written to an InfluxDB, and how.
struct InfluxWriteOptions {
  std::optional<InfluxWriteUrl> url;
  InfluxLayout layout = InfluxLayout::Prometheus;
  std::chrono::nanoseconds interval = std::chrono::seconds(10);
  // "" for the environment's, and files for the same.
  std::string user;
  std::string password_path;
  std::string token_path;
  // "" for the authorities of the system.
  std::string ca_path;
  // Makes the database of version 1 where the server says that it has none.
  bool creates_database = false;
  // Of what waits, as it is sent.
  std::size_t queue_bytes_max = std::size_t{16} << 20U;
  std::chrono::nanoseconds age_max = std::chrono::hours(1);

  [[nodiscard]] bool is_on() const { return url.has_value(); }
};

}  // namespace weir::app
