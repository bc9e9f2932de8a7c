// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/base/clock.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/native_histogram.h"
#include "weir/metrics/reading.h"
#include "weir/metrics/series.h"
#include "weir/metrics/summary.h"

namespace weir::metrics {

// Whether a series of such a family is no more than a value.
[[nodiscard]] inline bool is_value(Type type, GaugeKind gauge, const SeriesHeader& header) {
  if (type == Type::Counter) return true;
  return type == Type::Gauge && gauge == GaugeKind::Level && header.has_timestamp == 0;
}

// Of a series that is.
[[nodiscard]] inline double read_value(Type type, const SeriesHeader& header) {
  if (type == Type::Counter) return static_cast<const CounterSeries&>(header).value();
  return static_cast<const GaugeSeries&>(header).value();
}

// Copies out of series of any type what a page shows of them, but for the time at which they were
// made. One thread.
class SeriesReader {
 public:
  // Good until the next call.
  SeriesReading read(Type type, GaugeKind gauge, SeriesHeader& header, base::TimePoint now);

 private:
  void read_histogram(HistogramSeries& series, SeriesReading& reading);
  void read_summary(SummarySeries& series, SeriesReading& reading, base::TimePoint now);

  // Reused, to spare allocations.
  Summary::Reading summary_;
  NativeHistogram::Reading histogram_;
};

}  // namespace weir::metrics
