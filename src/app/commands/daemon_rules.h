// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/commands/http_client.h"
#include "weir/base/json_writer.h"

namespace weir::app {

// What a daemon says of one of its rules since it loaded them.
struct DaemonRule {
  std::string match;
  std::uint64_t line = 0;
  std::uint64_t samples = 0;
  // Of its metric, all that there are of that name; none where a name has captures, or the daemon
  // does not say.
  std::optional<std::uint64_t> series;
};

// What a daemon's rules do with what it is sent.
struct DaemonRules {
  std::string url;
  // Of the daemon.
  std::string file;
  std::vector<DaemonRule> rules;
  // The heaviest names that no rule takes, with their samples.
  std::vector<std::pair<std::string, std::uint64_t>> unmapped;
  // More such names, and more rules.
  std::uint64_t names_left_out = 0;
  std::uint64_t rules_left_out = 0;
  // Not those of the file that is looked at.
  bool has_other_rules = false;
};

[[nodiscard]] bool is_http_url(std::string_view text);

// As many names as a daemon tells of.
inline constexpr std::string_view kUnmappedTarget = "/api/v1/unmapped?limit=1000";

// Asks the daemon at `url` for `target`, which must be there. Throws std::runtime_error.
[[nodiscard]] std::string ask_daemon(const HttpUrl& url, std::string_view target);

// Throws std::runtime_error.
[[nodiscard]] DaemonRules ask_for_rules(const HttpUrl& url);

// A table of rules, and one of unmapped names.
[[nodiscard]] std::string daemon_rules_text(const DaemonRules& rules, std::string_view mapping);
void write_daemon_rules(const DaemonRules& rules, base::JsonWriter& json);

}  // namespace weir::app
