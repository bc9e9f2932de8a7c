// SPDX-License-Identifier: Apache-2.0
#include "metrics/series_reader.h"

#include <atomic>
#include <chrono>

namespace weir::metrics {

namespace {

void read_gauge(GaugeKind kind, SeriesHeader& header, SeriesReading& reading, base::TimePoint now) {
  if (is_computed(kind)) {
    reading.value = static_cast<ComputedGaugeSeries&>(header).gauge().read(now);
    return;
  }
  if (header.has_timestamp == 0) {
    reading.value = read_value(Type::Gauge, header);
    return;
  }
  const auto at = static_cast<TimestampedGaugeSeries&>(header).read();
  reading.value = at.value;
  if (at.timestamp != 0) reading.timestamp = base::UnixTime(std::chrono::seconds(at.timestamp));
}

}  // namespace

void SeriesReader::read_histogram(HistogramSeries& series, SeriesReading& reading) {
  if (NativeHistogram* native = series.native(); native != nullptr) {
    native->read(histogram_);
    reading.native = &histogram_.native;
  } else {
    histogram_.bucket_counts.clear();
    for (const auto& bucket : series.buckets()) {
      histogram_.bucket_counts.push_back(bucket.load(std::memory_order_relaxed));
    }
    histogram_.sum = series.sum.load(std::memory_order_relaxed);
  }
  reading.bounds = series.definition->bounds;
  reading.bucket_counts = histogram_.bucket_counts;
  reading.sum = histogram_.sum;
}

void SeriesReader::read_summary(SummarySeries& series, SeriesReading& reading,
                                base::TimePoint now) {
  series.summary().read(now, summary_);
  reading.objectives = series.summary().definition().objectives;
  reading.quantiles = summary_.quantiles;
  reading.sum = summary_.sum;
  reading.count = summary_.count;
}

SeriesReading SeriesReader::read(Type type, GaugeKind gauge, SeriesHeader& header,
                                 base::TimePoint now) {
  SeriesReading reading;
  reading.labels = header.labels();
  switch (type) {
    case Type::Counter: reading.value = read_value(type, header); break;
    case Type::Gauge: read_gauge(gauge, header, reading, now); break;
    case Type::Summary: read_summary(static_cast<SummarySeries&>(header), reading, now); break;
    case Type::Histogram: read_histogram(static_cast<HistogramSeries&>(header), reading); break;
  }
  return reading;
}

}  // namespace weir::metrics
