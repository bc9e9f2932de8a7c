// SPDX-License-Identifier: Apache-2.0
#include "weir/exposition/page_writer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "golden_families.h"
#include "weir/metrics/naming.h"
#include "weir/metrics/native_histogram.h"

namespace weir::exposition {
namespace {

using metrics::NativeHistogram;
using metrics::ReadingVisitor;
using metrics::SeriesReading;
using metrics::Type;

constexpr double kInfinite = std::numeric_limits<double>::infinity();
// The time of the golden families.
constexpr base::UnixTime kCreated{std::chrono::milliseconds(1'700'000'000'500)};

std::string label(std::string_view name, std::string_view value) {
  std::string text = std::string(name) + "=\"";
  metrics::append_escaped_label_value(text, value);
  return text + '"';
}

SeriesReading value_of(const std::string& labels, double value) {
  SeriesReading series;
  series.labels = labels;
  series.created = kCreated;
  series.value = value;
  return series;
}

void write_counters(ReadingVisitor& writer) {
  const std::string odd =
      label("a", "q\"b\\n\nt\t") + ',' + label("b", "\u00e9\u20ac\U0001F600\u0085\u00a0\x7f\x01");
  const std::string empty = label("a", "x") + ',' + label("b", "");
  const std::string quoted = label("a", "y") + ',' + label("b", "n\\\"");

  writer.on_family({"requests_total", "A \"help\" with a \\ and a\nnewline.", Type::Counter});
  writer.on_series(value_of(odd, 1e6));
  writer.on_series(value_of(empty, 3));
  writer.on_series(value_of(quoted, kInfinite));
  writer.on_family_end();
}

void write_gauges(ReadingVisitor& writer) {
  const double values[] = {std::nan("7"), -0.0, -kInfinite, 17.5, 1e-7, 123456789};
  writer.on_family({"depth", "", Type::Gauge});
  for (int i = 0; i < 6; ++i) {
    const std::string labels = label("a", std::to_string(i + 1));
    writer.on_series(value_of(labels, values[i]));
  }
  writer.on_family_end();
}

void write_no_labels(ReadingVisitor& writer) {
  writer.on_family({"plain", "h", Type::Gauge});
  writer.on_series(value_of("", 0));
  writer.on_family_end();
}

void write_summaries(ReadingVisitor& writer) {
  const std::vector<metrics::Objective> objectives{{0.5, 0.05}, {0.9, 0.01}, {0.99, 0.001}};
  const std::vector<double> full{5, 9, 10};
  const std::vector<double> none(3, std::nan(""));
  const std::string full_labels = label("a", "full");
  const std::string none_labels = label("a", "none");
  SeriesReading series = value_of(full_labels, 0);
  series.objectives = objectives;
  series.quantiles = full;
  series.sum = 55;
  series.count = 10;

  writer.on_family({"latency", "h", Type::Summary});
  writer.on_series(series);
  series.labels = none_labels;
  series.quantiles = none;
  series.sum = 0;
  series.count = 0;
  writer.on_series(series);
  writer.on_family_end();
}

void write_summary_without_objectives(ReadingVisitor& writer) {
  SeriesReading series = value_of("", 0);
  series.sum = 2.5;
  series.count = 1;
  writer.on_family({"sums", "h", Type::Summary});
  writer.on_series(series);
  writer.on_family_end();
}

void write_classic_histogram(ReadingVisitor& writer) {
  const std::vector<double> bounds{0.5, 1, 100};
  const std::vector<std::uint64_t> counts{2, 0, 1, 1};
  SeriesReading series = value_of("", 0);
  series.bounds = bounds;
  series.bucket_counts = counts;
  series.sum = 1002.5;
  writer.on_family({"sizes", "h", Type::Histogram});
  writer.on_series(series);
  writer.on_family_end();
}

void write_native_series(ReadingVisitor& writer, const std::string& labels,
                         const std::vector<double>& bounds, std::int32_t schema,
                         const std::vector<double>& values) {
  metrics::HeapBudget heap;
  metrics::Definition definition;
  definition.type = Type::Histogram;
  definition.bounds = bounds;
  definition.native = {schema, 256};
  NativeHistogram histogram(definition, heap);
  for (const double value : values) histogram.observe(value, 1);
  NativeHistogram::Reading reading;
  histogram.read(reading);

  SeriesReading series = value_of(labels, 0);
  series.bounds = bounds;
  series.bucket_counts = reading.bucket_counts;
  series.native = &reading.native;
  series.sum = reading.sum;
  writer.on_series(series);
}

void write_native_histograms(ReadingVisitor& writer) {
  const std::vector<double> bounds{1, 5};
  writer.on_family({"seconds", "h", Type::Histogram});
  write_native_series(writer, label("a", "none"), bounds, 3, {});
  write_native_series(writer, label("a", "not-a-number"), bounds, 3, {std::nan("")});
  write_native_series(writer, label("a", "some"), bounds, 3,
                      {0, 1, 2, 2, 3, -1, -1, -70, 1000, 1e-9, kInfinite});
  writer.on_family_end();
}

void write_native_without_classic(ReadingVisitor& writer) {
  writer.on_family({"coarse", "h", Type::Histogram});
  write_native_series(writer, "", {}, -4, {1e-20, 1, 5, 1e30, -2, -2, -2});
  writer.on_family_end();
}

struct Family {
  const char* title;
  void (*write)(ReadingVisitor&);
};

const Family kFamilies[] = {
    {"counters", write_counters},
    {"gauges", write_gauges},
    {"no-labels", write_no_labels},
    {"summaries", write_summaries},
    {"summary-without-objectives", write_summary_without_objectives},
    {"classic-histogram", write_classic_histogram},
    {"native-histograms", write_native_histograms},
    {"native-without-classic", write_native_without_classic},
};

std::string written(const Family& family, Format format) {
  std::string out;
  family.write(*make_writer({.format = format}, out));
  return out;
}

TEST(ProtobufWriter, WritesTheBytesOfTheReference) {
  const auto golden = read_golden_families();
  ASSERT_EQ(golden.size(), std::size(kFamilies));
  for (const auto& family : kFamilies) {
    EXPECT_EQ(written(family, Format::ProtobufDelimited), golden.at(family.title).delimited)
        << family.title;
  }
}

TEST(ProtobufTextWriter, WritesTheLinesOfTheReference) {
  const auto golden = read_golden_families();
  for (const auto& family : kFamilies) {
    EXPECT_EQ(written(family, Format::ProtobufText), golden.at(family.title).text);
    EXPECT_EQ(written(family, Format::ProtobufCompactText), golden.at(family.title).compact);
  }
}

TEST(MakeWriter, WritesPrometheusTextUnlessAskedForProtobuf) {
  EXPECT_EQ(written({"", write_no_labels}, Format::Text),
            "# HELP plain h\n# TYPE plain gauge\nplain 0\n");
}

TEST(MakeWriter, WritesTheSameForEachVersionOfATextFormat) {
  for (const auto& family : kFamilies) {
    EXPECT_EQ(written(family, Format::Text1), written(family, Format::Text));
    EXPECT_EQ(written(family, Format::OpenMetrics001), written(family, Format::OpenMetrics100));
  }
}

TEST(MakeWriter, EndsThePageOfOpenMetricsAlone) {
  for (const auto format :
       {Format::Text, Format::Text1, Format::OpenMetrics001, Format::OpenMetrics100,
        Format::ProtobufDelimited, Format::ProtobufText, Format::ProtobufCompactText}) {
    std::string out;
    make_writer({.format = format}, out)->on_end();
    const bool is_openmetrics =
        format == Format::OpenMetrics001 || format == Format::OpenMetrics100;

    EXPECT_EQ(out, is_openmetrics ? "# EOF\n" : "");
  }
}

TEST(MakeWriter, WritesOneFamilyBehindTheOther) {
  for (const auto format : {Format::Text, Format::OpenMetrics100, Format::ProtobufDelimited,
                            Format::ProtobufText, Format::ProtobufCompactText}) {
    std::string out;
    std::string apart;
    const auto writer = make_writer({.format = format}, out);
    for (const auto& family : kFamilies) {
      family.write(*writer);
      apart += written(family, format);
    }

    EXPECT_EQ(out, apart);
  }
}

// Both ways to pass series on make the same page, in every format.
TEST(PageWriter, WritesValuesTogetherAsOneByOne) {
  const std::vector<std::string> bodies{"", label("a", ""), label("a", "x") + ',' + label("b", "y"),
                                        label("a", "q\"b\\c"), label("a", std::string(90, 'v'))};
  std::vector<metrics::ValueReading> values;
  for (const double value : {0.0, 7.0, -1.5, 1e21, kInfinite, std::nan("")}) {
    for (const std::string& body : bodies) {
      values.push_back({body, kCreated + std::chrono::seconds(values.size() / 7), value});
    }
  }
  const auto page = [&values](const WriterOptions& options, const metrics::FamilyReading& family,
                              std::size_t together) {
    std::string out;
    const auto writer = make_writer(options, out);
    writer->on_family(family);
    for (std::size_t at = 0; at < values.size(); at += together) {
      const auto part = std::span(values).subspan(at, std::min(together, values.size() - at));
      together == 1 ? writer->ReadingVisitor::on_values(part) : writer->on_values(part);
    }
    writer->on_family_end();
    writer->on_end();
    return out;
  };
  for (const Format format :
       {Format::Text, Format::OpenMetrics100, Format::ProtobufDelimited, Format::ProtobufText}) {
    for (const bool has_created : {false, true}) {
      for (const metrics::FamilyReading& family :
           {metrics::FamilyReading{"c_total", "x", Type::Counter},
            metrics::FamilyReading{"c", "x", Type::Counter},
            metrics::FamilyReading{"\u00fc.g", "", Type::Gauge}}) {
        const WriterOptions options{
            .format = format, .escaping = Escaping::AllowUtf8, .has_created_samples = has_created};
        ASSERT_EQ(page(options, family, 8), page(options, family, 1)) << family.name;
      }
    }
  }
}

}  // namespace
}  // namespace weir::exposition
