// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "weir/base/clock.h"

namespace weir::exposition {

// A point in time as google.protobuf.Timestamp has it.
struct CreatedTime {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};

[[nodiscard]] inline CreatedTime created_time(base::UnixTime created) {
  const std::chrono::nanoseconds unix_time = created.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(unix_time);
  return {seconds.count(), static_cast<std::int32_t>((unix_time - seconds).count())};
}

// As the Prometheus text formats and protobuf have the times of samples.
[[nodiscard]] inline std::int64_t unix_milliseconds(base::UnixTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace weir::exposition
