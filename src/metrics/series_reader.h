// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "weir/base/clock.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/native_histogram.h"
#include "weir/metrics/reading.h"
#include "weir/metrics/series.h"
#include "weir/metrics/summary.h"

namespace weir::metrics {

// Copies out of series of any type what a page shows of them, but for their labels and the time at
// which they were made. One thread.
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
