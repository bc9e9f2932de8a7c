// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <protozero/pbf_reader.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "page_lines.h"

namespace weir::exposition {

// Reads a page of delimited messages io.prometheus.client.MetricFamily, by their numbers in
// metrics.proto. Samples come as the text format has them; times of creation after their samples as
// `NAME_created`, native buckets as `NAME_native`. A field nobody writes is an error.
class ProtobufLines {
 public:
  explicit ProtobufLines(std::string_view page) : page_(page) {}

  PageLines read() {
    const char* at = page_.data();
    const char* const end = at + page_.size();
    while (at != end) {
      const std::uint64_t size = protozero::decode_varint(&at, end);
      if (size > static_cast<std::uint64_t>(end - at)) throw protozero::end_of_buffer_exception();
      read_family(protozero::pbf_reader(at, size));
      at += size;
    }
    return std::move(lines_);
  }

 private:
  using Reader = protozero::pbf_reader;

  [[noreturn]] static void reject(const char* message, Reader& reader) {
    throw std::runtime_error(std::string("field ") + std::to_string(reader.tag()) + " in " +
                             message);
  }

  void read_family(Reader family) {
    static constexpr const char* kTypes[] = {"counter", "gauge", "summary", "untyped", "histogram"};
    std::string help;
    std::string unit;
    std::string type;
    std::vector<Reader> metrics;
    while (family.next()) {
      switch (family.tag()) {
        case 1: name_ = family.get_string(); break;
        case 2: help = family.get_string(); break;
        case 3: type = kTypes[static_cast<std::size_t>(family.get_enum()) % 5]; break;
        case 4: metrics.push_back(family.get_message()); break;
        case 5: unit = family.get_string(); break;
        default: reject("MetricFamily", family);
      }
    }
    const std::string line = family_line(name_, type, help, unit);
    // A large family comes in several messages.
    if (line != family_) lines_.push_back(line);
    family_ = line;
    for (const Reader& metric : metrics) read_metric(metric);
  }

  void read_metric(Reader metric) {
    labels_.clear();
    while (metric.next()) {
      switch (metric.tag()) {
        case 1: read_label(metric.get_message()); break;
        case 2:
        case 3:
        case 5: read_scalar(metric.get_message()); break;
        case 4: read_summary(metric.get_message()); break;
        case 7: read_histogram(metric.get_message()); break;
        default: reject("Metric", metric);
      }
    }
  }

  void read_label(Reader pair) {
    std::string name;
    std::string value;
    while (pair.next()) {
      switch (pair.tag()) {
        case 1: name = pair.get_string(); break;
        case 2: value = pair.get_string(); break;
        default: reject("LabelPair", pair);
      }
    }
    if (!labels_.emplace(name, value).second) throw std::runtime_error("a label twice: " + name);
  }

  void read_scalar(Reader scalar) {
    std::string created;
    while (scalar.next()) {
      switch (scalar.tag()) {
        case 1: add("", spelled(scalar.get_double())); break;
        case 3: created = seconds(scalar.get_message()); break;
        default: reject("Counter or Gauge", scalar);
      }
    }
    if (!created.empty()) add("_created", created);
  }

  void read_summary(Reader summary) {
    std::string count;
    std::string sum;
    std::string created;
    while (summary.next()) {
      switch (summary.tag()) {
        case 1: count = spelled(summary.get_uint64()); break;
        case 2: sum = spelled(summary.get_double()); break;
        case 3: read_quantile(summary.get_message()); break;
        case 4: created = seconds(summary.get_message()); break;
        default: reject("Summary", summary);
      }
    }
    add("_sum", sum);
    add("_count", count);
    add("_created", created);
  }

  void read_quantile(Reader message) {
    double quantile = 0;
    double value = 0;
    while (message.next()) {
      switch (message.tag()) {
        case 1: quantile = message.get_double(); break;
        case 2: value = message.get_double(); break;
        default: reject("Quantile", message);
      }
    }
    add("", spelled(value), quantile);
  }

  void read_bucket(Reader message) {
    std::uint64_t count = 0;
    double bound = 0;
    while (message.next()) {
      switch (message.tag()) {
        case 1: count = message.get_uint64(); break;
        case 2: bound = message.get_double(); break;
        default: reject("Bucket", message);
      }
    }
    add("_bucket", spelled(count), bound);
  }

  void read_histogram(Reader histogram) {
    std::string count;
    std::string sum;
    std::string created;
    std::string native;
    while (histogram.next()) {
      switch (const auto field = histogram.tag(); field) {
        case 1: count = spelled(histogram.get_uint64()); break;
        case 2: sum = spelled(histogram.get_double()); break;
        case 3: read_bucket(histogram.get_message()); break;
        case 5: native += "schema " + std::to_string(histogram.get_sint32()); break;
        case 6: native += " threshold " + spelled(histogram.get_double()); break;
        case 7: native += " zeros " + spelled(histogram.get_uint64()); break;
        case 9:
        case 12: read_span(histogram.get_message(), field == 9 ? '-' : '+'); break;
        case 10:
        case 13: read_delta(histogram.get_sint64(), field == 10 ? '-' : '+'); break;
        case 15: created = seconds(histogram.get_message()); break;
        default: reject("Histogram", histogram);
      }
    }
    // It goes without saying.
    add("_bucket", count, std::numeric_limits<double>::infinity());
    add("_sum", sum);
    add("_count", count);
    add("_created", created);
    if (!native.empty()) add("_native", native + spans_['-'] + spans_['+']);
    spans_.clear();
    totals_.clear();
  }

  void read_span(Reader span, char sign) {
    std::int32_t offset = 0;
    std::uint32_t length = 0;
    while (span.next()) {
      switch (span.tag()) {
        case 1: offset = span.get_sint32(); break;
        case 2: length = span.get_uint32(); break;
        default: reject("BucketSpan", span);
      }
    }
    spans_[sign] += std::string(" ") + sign + std::to_string(offset) + ':' + std::to_string(length);
  }

  void read_delta(std::int64_t delta, char sign) {
    totals_[sign] += static_cast<std::uint64_t>(delta);
    spans_[sign] += ' ' + std::to_string(totals_[sign]);
  }

  static std::string seconds(Reader timestamp) {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;
    while (timestamp.next()) {
      switch (timestamp.tag()) {
        case 1: seconds = timestamp.get_int64(); break;
        case 2: nanos = timestamp.get_int32(); break;
        default: reject("Timestamp", timestamp);
      }
    }
    if (nanos % 1'000'000 != 0) throw std::runtime_error("a time to less than a millisecond");
    return spelled(static_cast<double>(seconds * 1000 + nanos / 1'000'000) / 1000);
  }

  void add(std::string_view suffix, const std::string& value,
           std::optional<double> bound = std::nullopt) {
    lines_.push_back(sample_line(name_ + std::string(suffix), labels_, bound, value));
  }

  std::string_view page_;
  std::string family_;
  std::string name_;
  Labels labels_;
  // Of each sign: spans and counts as they come, and the last count.
  std::map<char, std::string> spans_;
  std::map<char, std::uint64_t> totals_;
  PageLines lines_;
};

}  // namespace weir::exposition
