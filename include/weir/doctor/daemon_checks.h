// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "weir/doctor/check.h"

namespace weir::doctor {

// What a daemon says of itself.
struct DaemonAnswer {
  std::string url{};  // without a password
  // Why there is no answer; "" when there is one.
  std::string failure{};
  std::string version{};
  double uptime_seconds = 0;
  bool is_ready = true;
  std::string not_ready_reason{};
  // A URL was given, so a daemon has to answer.
  bool is_expected = false;
};
[[nodiscard]] Check check_daemon(const DaemonAnswer& daemon);

// Scrapes of the daemon's pages.
struct Scrapes {
  std::uint64_t total = 0;
  double uptime_seconds = 0;
  // None before the first, and where the daemon does not say.
  std::optional<double> last_age_seconds{};
  std::optional<double> last_took_seconds{};
  // The daemon says no times: only how many there were.
  bool has_count_only = false;
  // Where Prometheus would ask: `localhost:9102`.
  std::string target{};
};
[[nodiscard]] Check check_scrapes(const Scrapes& scrapes);

// An empty line that was sent to a listener of the daemon.
struct Probe {
  std::string listener{};  // `udp 127.0.0.1:9125`
  // Why it could not be sent; "" when it was.
  std::string send_error{};
  // What the listener counted before and after.
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  // Senders that the daemon refused meanwhile.
  std::uint64_t refused = 0;
  // Seconds since anything came before the probe; none when nothing ever did.
  std::optional<double> silent_seconds{};
};
[[nodiscard]] Check check_probe(const Probe& probe);

// What the lint layer says of the mapping file.
struct MappingFile {
  std::string path{};  // "" without one
  // Why it does not load; "" when it does.
  std::string error{};
  std::size_t errors = 0;
  std::size_t warnings = 0;
};
[[nodiscard]] Check check_mapping(const MappingFile& file);

struct StateFile {
  std::string path{};  // "" without one
  // Why it cannot be written; "" when it can be.
  std::string error{};
};
[[nodiscard]] Check check_state_file(const StateFile& file);

}  // namespace weir::doctor
