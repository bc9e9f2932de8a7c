// SPDX-License-Identifier: Apache-2.0
#include "exposition/protobuf_writer.h"

#include <array>
#include <bit>
#include <cassert>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "exposition/created_time.h"
#include "exposition/label_reader.h"
#include "exposition/protobuf_wire.h"
#include "weir/exposition/protobuf_fields.h"

namespace weir::exposition {
namespace {

// The number of a type in the enumeration MetricType.
constexpr std::uint64_t kUntyped = 3;
std::uint64_t type_number(metrics::Type type) {
  switch (type) {
    case metrics::Type::Counter: return 0;
    case metrics::Type::Gauge: return 1;
    case metrics::Type::Summary: return 2;
    case metrics::Type::Histogram: return 4;
  }
  return 0;
}

// At least as much room as a counter or gauge takes: names, values and numbers are no longer than
// their fields.
std::size_t room_for_value(std::string_view labels) {
  constexpr std::size_t kFieldsMax = 16;
  // `a=""` is the shortest label: three lengths and tags are not four times as long.
  constexpr std::size_t kLabelGrowth = 4;
  return kLabelGrowth * labels.size() + kFieldsMax * kFieldBytesMax;
}

std::size_t room_for(const metrics::SeriesReading& series) {
  // A field each for a quantile or bucket and its two numbers; for a span, too.
  std::size_t fields = 3 * (series.quantiles.size() + series.bounds.size());
  if (series.native != nullptr) {
    for (const auto* sign : {&series.native->negative, &series.native->positive}) {
      fields += 3 * sign->spans.size() + sign->counts.size();
    }
  }
  return room_for_value(series.labels) + fields * kFieldBytesMax;
}

[[gnu::noinline]] char* put_any_labels(char* at, std::string_view body) {
  LabelReader labels(body);
  while (labels.next()) {
    at = put_message(at, MetricField::Label, [&labels](char* to) {
      to = put_text(to, LabelField::Name, labels.name());
      return put_text(to, LabelField::Value, labels.value());
    });
  }
  return at;
}

// Prometheus reads meaning into the bits of NaN, so there is only one: the reference's.
double with_plain_nan(double value) {
  constexpr std::uint64_t kPlainNan = 0x7FF8000000000001;
  return std::isnan(value) ? std::bit_cast<double>(kPlainNan) : value;
}

// Timestamp is a message of the third version of the language: what is 0 is left out.
template <class Field>
char* put_created(char* at, Field field, base::UnixTime created) {
  if (created == base::UnixTime()) return at;
  const CreatedTime time = created_time(created);
  return put_message(at, field, [time](char* to) {
    if (time.seconds != 0) {
      to = put_integer(to, TimestampField::Seconds, static_cast<std::uint64_t>(time.seconds));
    }
    if (time.nanos == 0) return to;
    return put_integer(to, TimestampField::Nanos, static_cast<std::uint64_t>(time.nanos));
  });
}

// The message Untyped is Gauge under another number.
char* put_gauge(char* at, bool is_untyped, double value) {
  constexpr std::size_t kValueBytes = 1 + sizeof(double);
  at = put_length(at, is_untyped ? MetricField::Untyped : MetricField::Gauge, kValueBytes);
  return put_double(at, GaugeField::Value, with_plain_nan(value));
}

char* put_summary(char* at, const metrics::SeriesReading& series) {
  assert(series.quantiles.size() == series.objectives.size());
  at = put_integer(at, SummaryField::Count, series.count);
  at = put_double(at, SummaryField::Sum, with_plain_nan(series.sum));
  for (std::size_t i = 0; i < series.quantiles.size(); ++i) {
    at = put_message(at, SummaryField::Quantile, [&series, i](char* to) {
      to = put_double(to, QuantileField::Quantile, series.objectives[i].quantile);
      return put_double(to, QuantileField::Value, with_plain_nan(series.quantiles[i]));
    });
  }
  return put_created(at, SummaryField::Created, series.created);
}

char* put_sign(char* at, const metrics::SpannedBuckets& buckets, HistogramField span_field,
               HistogramField delta_field) {
  for (const metrics::BucketSpan& span : buckets.spans) {
    at = put_message(at, span_field, [&span](char* to) {
      to = put_signed(to, SpanField::Offset, span.offset);
      return put_integer(to, SpanField::Length, span.length);
    });
  }
  std::uint64_t before = 0;
  for (const std::uint64_t count : buckets.counts) {
    at = put_signed(at, delta_field, static_cast<std::int64_t>(count - before));
    before = count;
  }
  return at;
}

char* put_native(char* at, const metrics::NativeReading& native) {
  at = put_signed(at, HistogramField::Schema, native.schema);
  at = put_double(at, HistogramField::ZeroThreshold, native.zero_threshold);
  at = put_integer(at, HistogramField::ZeroCount, native.zero_count);
  at = put_sign(at, native.negative, HistogramField::NegativeSpan, HistogramField::NegativeDelta);
  return put_sign(at, native.positive, HistogramField::PositiveSpan, HistogramField::PositiveDelta);
}

// The bucket of +Inf goes without saying: it is the count.
char* put_histogram(char* at, const metrics::SeriesReading& series) {
  assert(series.bucket_counts.size() == series.bounds.size() + 1);
  at = put_integer(at, HistogramField::Count, series.observations());
  at = put_double(at, HistogramField::Sum, with_plain_nan(series.sum));
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < series.bounds.size(); ++i) {
    cumulative += series.bucket_counts[i];
    at = put_message(at, HistogramField::Bucket, [&](char* to) {
      to = put_integer(to, BucketField::CumulativeCount, cumulative);
      return put_double(to, BucketField::UpperBound, series.bounds[i]);
    });
  }
  if (series.native != nullptr) at = put_native(at, *series.native);
  return put_created(at, HistogramField::Created, series.created);
}

// Out of line, so that its stack frame costs counters and gauges nothing.
[[gnu::noinline]] char* put_observed(char* at, metrics::Type type,
                                     const metrics::SeriesReading& series) {
  if (type == metrics::Type::Summary) {
    return put_message(at, MetricField::Summary,
                       [&series](char* to) { return put_summary(to, series); });
  }
  return put_message(at, MetricField::Histogram,
                     [&series](char* to) { return put_histogram(to, series); });
}

}  // namespace

void ProtobufWriter::on_family(const metrics::FamilyReading& family) {
  type_ = family.type;
  is_untyped_ = family.is_untyped;
  size_ = 0;
  char* end = make_room(family.name.size() + family.help.size() + 3 * kFieldBytesMax);
  end = put_text(end, FamilyField::Name, family.name);
  if (family.has_help) end = put_text(end, FamilyField::Help, family.help);
  end = put_integer(end, FamilyField::Type, is_untyped_ ? kUntyped : type_number(family.type));
  head_size_ = size_ = size_up_to(end);
}

inline char* ProtobufWriter::put_counter(char* at, base::UnixTime created, double value) {
  const Counter& counter = counters_.get(created, make_counter);
  // A copy of a size that is known is a few instructions.
  std::memcpy(at, counter.message.data(), kCounterMax);
  const double plain = with_plain_nan(value);
  std::memcpy(at + kCounterValueAt, &plain, sizeof(plain));
  return at + counter.size;
}

inline char* ProtobufWriter::put_value(char* at, base::UnixTime created, double value) {
  return type_ == metrics::Type::Counter ? put_counter(at, created, value)
                                         : put_gauge(at, is_untyped_, value);
}

inline char* ProtobufWriter::put_labels(char* at, std::string_view body) {
  char* const end = labels_.put(at, body);
  return end == nullptr ? put_any_labels(at, body) : end;
}

inline void ProtobufWriter::limit_message() {
  if (size_ < message_bytes_max_) return;
  write_message();
  // What it began with is still there.
  size_ = head_size_;
}

void ProtobufWriter::on_values(std::span<const metrics::ValueReading> series) {
  std::size_t room = 0;
  for (const auto& each : series) room += room_for_value(each.labels);
  char* at = make_room(room);
  std::size_t length_bytes = length_bytes_;
  for (const auto& each : series) {
    if (size_up_to(at) >= message_bytes_max_) {
      size_ = size_up_to(at);
      limit_message();
      at = begin() + size_;
    }
    at = put_message(
        at, FamilyField::Metric,
        [this, &each](char* to) {
          return put_value(put_labels(to, each.labels), each.created, each.value);
        },
        length_bytes);
  }
  length_bytes_ = length_bytes;
  size_ = size_up_to(at);
}

void ProtobufWriter::on_series(const metrics::SeriesReading& series) {
  if (!is_observed(type_) && !series.timestamp) {
    const metrics::ValueReading value{series.labels, series.created, series.value};
    return on_values({&value, 1});
  }
  limit_message();
  char* const end = put_message(
      make_room(room_for(series)), FamilyField::Metric,
      [this, &series](char* to) {
        to = put_labels(to, series.labels);
        to = is_observed(type_) ? put_observed(to, type_, series)
                                : put_value(to, series.created, series.value);
        if (!series.timestamp) return to;
        return put_integer(to, MetricField::TimestampMs,
                           static_cast<std::uint64_t>(unix_milliseconds(*series.timestamp)));
      },
      length_bytes_);
  size_ = size_up_to(end);
}

void ProtobufWriter::on_family_end() { write_message(); }

void ProtobufWriter::make_counter(base::UnixTime created, Counter& made) {
  char* const begin = made.message.data();
  const char* const end = put_message(begin, MetricField::Counter, [created](char* to) {
    return put_created(put_double(to, CounterField::Value, 0), CounterField::Created, created);
  });
  made.size = static_cast<std::size_t>(end - begin);
}

void ProtobufWriter::write_message() {
  const std::size_t length_bytes = varint_bytes(size_);
  char* const from = begin() - length_bytes;
  put_varint(from, size_);
  out_.append(from, length_bytes + size_);
}

void ProtobufWriter::grow(std::size_t bytes) {
  message_.resize(kFieldBytesMax + 2 * (size_ + bytes));
}

}  // namespace weir::exposition
