// SPDX-License-Identifier: Apache-2.0
#include "app/web/http_paths.h"

#include <vector>

#include "weir/http/route_pattern.h"

namespace weir::app {

bool takes_health_path(std::string_view telemetry_pattern) {
  const auto pattern = http::RoutePattern::parse(telemetry_pattern);
  const http::PathSegments health = http::split_path(kHealthPath);
  return pattern.has_value() && pattern->matches("GET", {}, health) &&
         pattern->matches_exactly(health);
}

std::optional<std::string> telemetry_path_error(std::string_view pattern,
                                                bool is_lifecycle_enabled) {
  std::vector<std::string_view> others = {kHealthyPath, kReadyPath};
  // There is no landing page where the metrics are.
  if (pattern != kLandingPath) others.push_back(kLandingPath);
  if (is_lifecycle_enabled) others.insert(others.end(), {kReloadPath, kQuitPath});
  return http::pattern_error(pattern, others);
}

}  // namespace weir::app
