// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::app {

// The paths of behaviour http.paths that are always the same.
inline constexpr std::string_view kLandingPath = "/";
inline constexpr std::string_view kHealthyPath = "/-/healthy";
// Not the reference's: what the charts of others ask. The telemetry path may take it.
inline constexpr std::string_view kHealthPath = "/health";
inline constexpr std::string_view kReadyPath = "/-/ready";
inline constexpr std::string_view kReloadPath = "/-/reload";
inline constexpr std::string_view kQuitPath = "/-/quit";
// Not the reference's either; the telemetry path may take them, too.
inline constexpr std::string_view kExplainPath = "/api/v1/explain";
inline constexpr std::string_view kTailPath = "/api/v1/tail";
inline constexpr std::string_view kCapturePath = "/api/v1/capture";
inline constexpr std::string_view kStatusPath = "/status";
inline constexpr std::string_view kStatusCssPath = "/status.css";
inline constexpr std::string_view kStatusJsPath = "/status.js";

// Whether the telemetry path takes the requests for kHealthPath, as in the reference.
[[nodiscard]] bool takes_health_path(std::string_view telemetry_pattern);

// Why `pattern` cannot be the telemetry path beside them; the last two are there with the lifecycle
// API only. Nothing when it can.
[[nodiscard]] std::optional<std::string> telemetry_path_error(std::string_view pattern,
                                                              bool is_lifecycle_enabled);

}  // namespace weir::app
