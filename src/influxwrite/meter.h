// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "weir/metrics/reading.h"

namespace weir::influxwrite {

// What a family is of a meter of Micrometer.
enum class MeterPart : std::uint8_t {
  Counter,
  Gauge,
  Histogram,    // count and sum, and quantiles
  Count,        // of a histogram whose count and sum are counters
  Sum,          // of the same
  Upper,        // the maximum that is published beside a histogram
  ActiveTasks,  // of a long task timer
  Duration,     // of the same
};

struct Meter {
  MeterPart part = MeterPart::Gauge;
  // As Micrometer calls it for InfluxDB: without the unit in which its name ends for Prometheus.
  std::string name;
  // What values are multiplied with: Micrometer sends times in milliseconds.
  double scale = 1;
  // The family that has the count of a Sum; "" for all others.
  std::string count_family;
};

// What a family is, as its name and its neighbours tell. The unit stays where another family would
// be called the same without, and with the daemon's own families.
[[nodiscard]] Meter meter_of(const metrics::FamilyReading& family);

}  // namespace weir::influxwrite
