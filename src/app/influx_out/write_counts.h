// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "weir/influxwrite/lines.h"
#include "weir/influxwrite/write_queue.h"

namespace weir::app {

// What a number of points or batches has become: of all that were made each is in one of these, or
// waits.
struct InfluxWriteOutcomes {
  std::uint64_t written = 0;
  std::uint64_t refused = 0;     // by the server, for good
  std::uint64_t queue_full = 0;  // the oldest, for newer ones
  std::uint64_t queue_age = 0;   // waited too long
  std::uint64_t given_up = 0;    // at a stop
};

// The answers to writes, by what they ask for.
struct InfluxAnswers {
  std::uint64_t written = 0;
  std::uint64_t partial = 0;
  std::uint64_t refused = 0;
  std::uint64_t no_database = 0;
  std::uint64_t too_large = 0;
  std::uint64_t not_now = 0;
  std::uint64_t none = 0;  // no connection, or it broke
};

struct InfluxWriteCounts {
  std::uint64_t passes = 0;
  std::uint64_t passes_skipped = 0;  // the one before was not over
  influxwrite::LineCounts lines;
  InfluxWriteOutcomes points;
  InfluxWriteOutcomes batches;
  std::uint64_t batches_split = 0;  // each has become two
  InfluxAnswers answers;
  std::uint64_t sent_bytes = 0;  // of bodies, each attempt
  // What waits, that under way too.
  std::size_t queue_batches = 0;
  std::size_t queue_bytes = 0;
  std::uint64_t queue_points = 0;
  std::size_t remembered_totals = 0;
  double last_success_seconds = 0;  // since the epoch; 0 before
  bool is_up = false;               // the last answer was one that takes
};

}  // namespace weir::app
