// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace weir::exposition {

// The fields that weir writes or reads, with their numbers in io/prometheus/client/metrics.proto.
enum class FamilyField : std::uint8_t { Name = 1, Help = 2, Type = 3, Metric = 4 };
enum class MetricField : std::uint8_t {
  Label = 1,
  Gauge = 2,
  Counter = 3,
  Summary = 4,
  Untyped = 5,
  TimestampMs = 6,
  Histogram = 7,
};
enum class LabelField : std::uint8_t { Name = 1, Value = 2 };
enum class GaugeField : std::uint8_t { Value = 1 };
enum class CounterField : std::uint8_t { Value = 1, Created = 3 };
enum class SummaryField : std::uint8_t { Count = 1, Sum = 2, Quantile = 3, Created = 4 };
enum class QuantileField : std::uint8_t { Quantile = 1, Value = 2 };
enum class HistogramField : std::uint8_t {
  Count = 1,
  Sum = 2,
  Bucket = 3,
  Schema = 5,
  ZeroThreshold = 6,
  ZeroCount = 7,
  NegativeSpan = 9,
  NegativeDelta = 10,
  PositiveSpan = 12,
  PositiveDelta = 13,
  Created = 15,
};
enum class BucketField : std::uint8_t { CumulativeCount = 1, UpperBound = 2 };
enum class SpanField : std::uint8_t { Offset = 1, Length = 2 };
enum class TimestampField : std::uint8_t { Seconds = 1, Nanos = 2 };

}  // namespace weir::exposition
