// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "app/commands/capture_output.h"
#include "app/commands/http_client.h"
#include "weir/capture/record.h"

namespace weir::app {

// Writes to `output` what the daemon at `url` receives, until SIGINT, SIGTERM, the end of
// `time_max`, where 0 is as long as the daemon lets it, a full file, or the end of the daemon. Of
// the records a share of `sample` is kept. Throws std::runtime_error when the daemon cannot be
// asked or the file not written.
[[nodiscard]] capture::End capture_stream(const HttpUrl& url, std::chrono::nanoseconds time_max,
                                          double sample, CaptureOutput& output);

}  // namespace weir::app
