// SPDX-License-Identifier: Apache-2.0
#include "exposition/protobuf_writer.h"

#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <protozero/pbf_builder.hpp>
#include <protozero/varint.hpp>
#include <string_view>

#include "exposition/created_time.h"
#include "exposition/label_reader.h"

namespace weir::exposition {
namespace {

// The fields that are written, with their numbers in io/prometheus/client/metrics.proto.
enum class FamilyField : protozero::pbf_tag_type { Name = 1, Help = 2, Type = 3, Metric = 4 };
enum class MetricField : protozero::pbf_tag_type {
  Label = 1,
  Gauge = 2,
  Counter = 3,
  Summary = 4,
  Histogram = 7,
};
enum class LabelField : protozero::pbf_tag_type { Name = 1, Value = 2 };
enum class GaugeField : protozero::pbf_tag_type { Value = 1 };
enum class CounterField : protozero::pbf_tag_type { Value = 1, Created = 3 };
enum class SummaryField : protozero::pbf_tag_type { Count = 1, Sum = 2, Quantile = 3, Created = 4 };
enum class QuantileField : protozero::pbf_tag_type { Quantile = 1, Value = 2 };
enum class HistogramField : protozero::pbf_tag_type {
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
enum class BucketField : protozero::pbf_tag_type { CumulativeCount = 1, UpperBound = 2 };
enum class SpanField : protozero::pbf_tag_type { Offset = 1, Length = 2 };
enum class TimestampField : protozero::pbf_tag_type { Seconds = 1, Nanos = 2 };

template <class Field>
using Message = protozero::pbf_builder<Field>;

// The number of a type in the enumeration MetricType.
std::int32_t type_number(metrics::Type type) {
  switch (type) {
    case metrics::Type::Counter: return 0;
    case metrics::Type::Gauge: return 1;
    case metrics::Type::Summary: return 2;
    case metrics::Type::Histogram: return 4;
  }
  return 0;
}

void write_labels(Message<MetricField>& metric, std::string_view body) {
  LabelReader labels(body);
  while (labels.next()) {
    Message<LabelField> label(metric, MetricField::Label);
    label.add_string(LabelField::Name, labels.name().data(), labels.name().size());
    label.add_string(LabelField::Value, labels.value().data(), labels.value().size());
  }
}

// Prometheus reads meaning into the bits of NaN, so there is only one: the reference's.
double with_plain_nan(double value) {
  constexpr std::uint64_t kPlainNan = 0x7FF8000000000001;
  return std::isnan(value) ? std::bit_cast<double>(kPlainNan) : value;
}

// Timestamp is a message of the third version of the language: what is 0 is left out.
template <class Field>
void write_created(Message<Field>& parent, Field field, CreatedTime created) {
  Message<TimestampField> timestamp(parent, field);
  if (created.seconds != 0) timestamp.add_int64(TimestampField::Seconds, created.seconds);
  if (created.nanos != 0) timestamp.add_int32(TimestampField::Nanos, created.nanos);
}

void write_summary(Message<MetricField>& metric, const metrics::SeriesReading& series,
                   CreatedTime created) {
  assert(series.quantiles.size() == series.objectives.size());
  Message<SummaryField> summary(metric, MetricField::Summary);
  summary.add_uint64(SummaryField::Count, series.count);
  summary.add_double(SummaryField::Sum, with_plain_nan(series.sum));
  for (std::size_t i = 0; i < series.quantiles.size(); ++i) {
    Message<QuantileField> quantile(summary, SummaryField::Quantile);
    quantile.add_double(QuantileField::Quantile, series.objectives[i].quantile);
    quantile.add_double(QuantileField::Value, with_plain_nan(series.quantiles[i]));
  }
  write_created(summary, SummaryField::Created, created);
}

void write_sign(Message<HistogramField>& histogram, const metrics::SpannedBuckets& buckets,
                HistogramField span_field, HistogramField delta_field) {
  for (const metrics::BucketSpan& each : buckets.spans) {
    Message<SpanField> span(histogram, span_field);
    span.add_sint32(SpanField::Offset, each.offset);
    span.add_uint32(SpanField::Length, each.length);
  }
  std::uint64_t before = 0;
  for (const std::uint64_t count : buckets.counts) {
    histogram.add_sint64(delta_field, static_cast<std::int64_t>(count - before));
    before = count;
  }
}

void write_native(Message<HistogramField>& histogram, const metrics::NativeReading& native) {
  histogram.add_sint32(HistogramField::Schema, native.schema);
  histogram.add_double(HistogramField::ZeroThreshold, native.zero_threshold);
  histogram.add_uint64(HistogramField::ZeroCount, native.zero_count);
  write_sign(histogram, native.negative, HistogramField::NegativeSpan,
             HistogramField::NegativeDelta);
  write_sign(histogram, native.positive, HistogramField::PositiveSpan,
             HistogramField::PositiveDelta);
}

// The bucket of +Inf goes without saying: it is the count.
void write_histogram(Message<MetricField>& metric, const metrics::SeriesReading& series,
                     CreatedTime created) {
  assert(series.bucket_counts.size() == series.bounds.size() + 1);
  Message<HistogramField> histogram(metric, MetricField::Histogram);
  histogram.add_uint64(HistogramField::Count, series.observations());
  histogram.add_double(HistogramField::Sum, with_plain_nan(series.sum));
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < series.bounds.size(); ++i) {
    cumulative += series.bucket_counts[i];
    Message<BucketField> bucket(histogram, HistogramField::Bucket);
    bucket.add_uint64(BucketField::CumulativeCount, cumulative);
    bucket.add_double(BucketField::UpperBound, series.bounds[i]);
  }
  if (series.native != nullptr) write_native(histogram, *series.native);
  write_created(histogram, HistogramField::Created, created);
}

void write_value(Message<MetricField>& metric, metrics::Type type,
                 const metrics::SeriesReading& series, CreatedTime created) {
  switch (type) {
    case metrics::Type::Counter: {
      Message<CounterField> counter(metric, MetricField::Counter);
      counter.add_double(CounterField::Value, with_plain_nan(series.value));
      write_created(counter, CounterField::Created, created);
      return;
    }
    case metrics::Type::Gauge: {
      Message<GaugeField> gauge(metric, MetricField::Gauge);
      gauge.add_double(GaugeField::Value, with_plain_nan(series.value));
      return;
    }
    case metrics::Type::Summary: write_summary(metric, series, created); return;
    case metrics::Type::Histogram: write_histogram(metric, series, created); return;
  }
}

}  // namespace

void ProtobufWriter::on_family(const metrics::FamilyReading& family) {
  type_ = family.type;
  head_.clear();
  Message<FamilyField> head(head_);
  head.add_string(FamilyField::Name, family.name.data(), family.name.size());
  head.add_string(FamilyField::Help, family.help.data(), family.help.size());
  head.add_enum(FamilyField::Type, type_number(family.type));
  message_ = head_;
}

void ProtobufWriter::on_series(const metrics::SeriesReading& series) {
  if (message_.size() >= message_bytes_max_) {
    write_message();
    message_ = head_;
  }
  Message<FamilyField> family(message_);
  Message<MetricField> metric(family, FamilyField::Metric);
  write_labels(metric, series.labels);
  write_value(metric, type_, series, created_time(series.created));
}

void ProtobufWriter::on_family_end() { write_message(); }

void ProtobufWriter::write_message() {
  protozero::write_varint(std::back_inserter(out_), message_.size());
  out_ += message_;
}

}  // namespace weir::exposition
