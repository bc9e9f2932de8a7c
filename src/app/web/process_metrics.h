// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "weir/telemetry/collector.h"

namespace weir::app {

// What the kernel says of this process. Empty: it could not be read, and does not show.
struct ProcessStats {
  std::optional<double> cpu_seconds;
  std::optional<double> open_descriptors;
  std::optional<double> descriptors_max;
  std::optional<double> virtual_bytes;
  std::optional<double> virtual_bytes_max;
  std::optional<double> resident_bytes;
  std::optional<double> start_seconds;  // since the epoch
  std::optional<double> network_bytes_received;
  std::optional<double> network_bytes_sent;
};

// Of them, the memory of the process alone. Reads /proc now.
[[nodiscard]] std::optional<double> read_resident_bytes();

// Reads /proc now.
[[nodiscard]] ProcessStats read_process_stats();

// The `process_*` metrics. Any thread.
extern const telemetry::Collector<ProcessStats> kProcessMetrics;

}  // namespace weir::app
