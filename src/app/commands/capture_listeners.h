// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "app/commands/capture_output.h"
#include "app/commands/traffic_address.h"
#include "weir/capture/record.h"

namespace weir::app {

// Receives at `addresses` what a daemon would, and writes it to `output`, until SIGINT, SIGTERM,
// the end of `time_max`, where 0 is none, or a full file. Of the records that come in a share of
// `sample`, chosen at random, is kept. Throws std::runtime_error when it cannot listen or write.
[[nodiscard]] capture::End capture_listeners(const std::vector<TrafficAddress>& addresses,
                                             std::chrono::nanoseconds time_max, double sample,
                                             CaptureOutput& output);

}  // namespace weir::app
