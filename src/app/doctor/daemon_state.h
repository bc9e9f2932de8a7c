// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/options.h"
#include "app/commands/http_client.h"
#include "weir/doctor/daemon_checks.h"

namespace weir::app {

// A listener of a daemon, as its API or its own metrics have it.
struct ListenerState {
  std::string kind;
  std::string address;
  // What has come to it: datagrams, or connections.
  std::uint64_t arrived = 0;
  std::optional<double> silent_seconds{};
  std::optional<std::uint64_t> buffer_bytes{};
};

// What a daemon says of itself now.
struct DaemonState {
  doctor::DaemonAnswer answer;
  doctor::Scrapes scrapes;
  std::vector<ListenerState> listeners;
  // As the daemon was given it.
  std::string mapping_path;
  std::uint64_t refused_senders = 0;
  // Its clock minus ours.
  std::optional<double> skew_seconds;
  // Its threads that receive; 0 when not known.
  std::uint64_t workers = 0;
};

// Asks /api/v1/status and /api/v1/listeners, or where these are turned off the page of metrics,
// which says less. Never throws for what a daemon answers or does not.
[[nodiscard]] DaemonState ask_daemon(const HttpUrl& url, const Options& options);

}  // namespace weir::app
