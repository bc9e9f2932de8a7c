// SPDX-License-Identifier: Apache-2.0
#include "exposition/protobuf_text_writer.h"

#include <cassert>
#include <cmath>

#include <fmt/format.h>

#include "exposition/created_time.h"
#include "exposition/label_reader.h"
#include "exposition/protobuf_quote.h"
#include "weir/base/number.h"

namespace weir::exposition {
namespace {

constexpr std::size_t kIndent = 2;

std::string_view type_word(metrics::Type type) {
  switch (type) {
    case metrics::Type::Counter: return "COUNTER";
    case metrics::Type::Gauge: return "GAUGE";
    case metrics::Type::Summary: return "SUMMARY";
    case metrics::Type::Histogram: return "HISTOGRAM";
  }
  return "";
}

// Specials and the negative zero differ from Prometheus text.
void append_double(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "nan";
  } else if (std::isinf(value)) {
    out += value > 0 ? "inf" : "-inf";
  } else {
    if (value == 0 && std::signbit(value)) out += '-';
    base::append_number(out, value);
  }
}

}  // namespace

void ProtobufTextWriter::on_family(const metrics::FamilyReading& family) {
  type_ = family.type;
  is_untyped_ = family.is_untyped;
  depth_ = 0;
  is_empty_ = true;
  text("name", family.name);
  if (family.has_help) text("help", family.help);
  begin_field("type");
  out_ += is_untyped_ ? "UNTYPED" : type_word(type_);
}

void ProtobufTextWriter::on_series(const metrics::SeriesReading& series) {
  open("metric");
  write_labels(series.labels);
  switch (type_) {
    case metrics::Type::Counter:
      open("counter");
      number("value", series.value);
      write_created(series.created);
      break;
    case metrics::Type::Gauge:
      open(is_untyped_ ? "untyped" : "gauge");
      number("value", series.value);
      break;
    case metrics::Type::Summary:
      open("summary");
      write_summary(series);
      break;
    case metrics::Type::Histogram:
      open("histogram");
      write_histogram(series);
      break;
  }
  close();
  if (series.timestamp) number("timestamp_ms", unix_milliseconds(*series.timestamp));
  close();
}

void ProtobufTextWriter::on_family_end() {
  out_ += layout_ == ProtobufTextLayout::Indented ? "\n\n" : "\n";
}

void ProtobufTextWriter::write_labels(std::string_view body) {
  LabelReader labels(body);
  while (labels.next()) {
    open("label");
    text("name", labels.name());
    text("value", labels.value());
    close();
  }
}

void ProtobufTextWriter::write_created(base::UnixTime created) {
  if (created == base::UnixTime()) return;
  const CreatedTime time = created_time(created);
  open("created_timestamp");
  if (time.seconds != 0) number("seconds", time.seconds);
  if (time.nanos != 0) number("nanos", std::int64_t{time.nanos});
  close();
}

void ProtobufTextWriter::write_summary(const metrics::SeriesReading& series) {
  assert(series.quantiles.size() == series.objectives.size());
  number("sample_count", series.count);
  number("sample_sum", series.sum);
  for (std::size_t i = 0; i < series.quantiles.size(); ++i) {
    open("quantile");
    number("quantile", series.objectives[i].quantile);
    number("value", series.quantiles[i]);
    close();
  }
  write_created(series.created);
}

// Fields come as the message declares them, which is not by number.
void ProtobufTextWriter::write_histogram(const metrics::SeriesReading& series) {
  assert(series.bucket_counts.size() == series.bounds.size() + 1);
  number("sample_count", series.observations());
  number("sample_sum", series.sum);
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < series.bounds.size(); ++i) {
    cumulative += series.bucket_counts[i];
    open("bucket");
    number("cumulative_count", cumulative);
    number("upper_bound", series.bounds[i]);
    close();
  }
  write_created(series.created);
  if (series.native != nullptr) write_native(*series.native);
}

void ProtobufTextWriter::write_native(const metrics::NativeReading& native) {
  number("schema", std::int64_t{native.schema});
  number("zero_threshold", native.zero_threshold);
  number("zero_count", native.zero_count);
  write_sign(native.negative, "negative_span", "negative_delta");
  write_sign(native.positive, "positive_span", "positive_delta");
}

void ProtobufTextWriter::write_sign(const metrics::SpannedBuckets& buckets,
                                    std::string_view span_name, std::string_view delta_name) {
  for (const metrics::BucketSpan& span : buckets.spans) {
    open(span_name);
    number("offset", std::int64_t{span.offset});
    number("length", std::uint64_t{span.length});
    close();
  }
  std::uint64_t before = 0;
  for (const std::uint64_t count : buckets.counts) {
    number(delta_name, static_cast<std::int64_t>(count - before));
    before = count;
  }
}

void ProtobufTextWriter::begin_field(std::string_view name) {
  if (layout_ == ProtobufTextLayout::OneLine) {
    if (!is_empty_) out_ += ' ';
    out_.append(name).push_back(':');
  } else {
    if (!is_empty_ || depth_ > 0) out_.append("\n").append(depth_ * kIndent, ' ');
    out_.append(name).append(": ");
  }
  is_empty_ = false;
}

void ProtobufTextWriter::open(std::string_view name) {
  begin_field(name);
  out_ += '{';
  ++depth_;
  is_empty_ = true;
}

void ProtobufTextWriter::close() {
  --depth_;
  if (!is_empty_ && layout_ == ProtobufTextLayout::Indented) {
    out_.append("\n").append(depth_ * kIndent, ' ');
  }
  out_ += '}';
  is_empty_ = false;
}

void ProtobufTextWriter::number(std::string_view name, double value) {
  begin_field(name);
  append_double(out_, value);
}

void ProtobufTextWriter::number(std::string_view name, std::uint64_t value) {
  begin_field(name);
  out_.append(fmt::format_int(value).c_str());
}

void ProtobufTextWriter::number(std::string_view name, std::int64_t value) {
  begin_field(name);
  out_.append(fmt::format_int(value).c_str());
}

void ProtobufTextWriter::text(std::string_view name, std::string_view value) {
  begin_field(name);
  append_protobuf_quoted(out_, value);
}

}  // namespace weir::exposition
