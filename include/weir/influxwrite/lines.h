// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "weir/base/clock.h"
#include "weir/influxwrite/step_memory.h"
#include "weir/metrics/reading.h"

namespace weir::influxwrite {

// What has become of what was visited.
struct LineCounts {
  std::uint64_t points = 0;  // lines
  // Values that the protocol cannot express, NaN and the infinities; left out.
  std::uint64_t not_finite = 0;
  // Points whose measurement and tags are longer than InfluxDB takes; left out.
  std::uint64_t too_long = 0;
};

// What the lines of one visit go to and have in common. All of it outlives the writer.
struct LineTarget {
  // Lines are appended, each with its line feed. The caller may empty it between two calls.
  std::string& out;
  LineCounts& counts;
  // The time of every point, in whole milliseconds; a gauge with a time of its own has that.
  base::UnixTime time;
};

// Writes what is visited as lines of InfluxDB's protocol: every sample of the text format is a
// point of its name with the field `value`, and its labels, `le` and `quantile` among them, are
// tags. One thread.
[[nodiscard]] std::unique_ptr<metrics::ReadingVisitor> make_prometheus_lines(LineTarget target);

// Writes it as Micrometer's registry for InfluxDB does: the tag `metric_type` says what a meter is,
// names are those of Micrometer without their units, times are in milliseconds, and counters,
// counts and sums are what came since the visit before, of which `memory` knows. The pieces of a
// meter that are families of their own (its maximum, for one) are further lines with fields of the
// same point. One thread.
[[nodiscard]] std::unique_ptr<metrics::ReadingVisitor> make_micrometer_lines(LineTarget target,
                                                                             StepMemory& memory);

}  // namespace weir::influxwrite
