// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_writer.h"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weir::exposition {
namespace {

using metrics::FamilyReading;
using metrics::Objective;
using metrics::SeriesReading;
using metrics::Type;

const std::vector<Objective> kObjectives{{0.5, 0.05}, {0.9, 0.01}, {0.99, 0.001}};

std::string written(const FamilyReading& family, const std::vector<SeriesReading>& series) {
  std::string out;
  TextWriter writer(out);
  writer.on_family(family);
  for (const SeriesReading& one : series) writer.on_series(one);
  return out;
}

TEST(TextWriter, WritesACounterAsTheReference) {
  SeriesReading series;
  series.labels = R"(l="a\"b\\c\nd")";
  series.value = 3;

  EXPECT_EQ(written({"c", "no total", Type::Counter}, {series}),
            "# HELP c no total\n"
            "# TYPE c counter\n"
            "c{l=\"a\\\"b\\\\c\\nd\"} 3\n");
}

TEST(TextWriter, WritesNoBracesWithoutLabels) {
  SeriesReading series;
  series.value = 1000000;

  EXPECT_EQ(written({"d_total", "x", Type::Counter}, {series}),
            "# HELP d_total x\n"
            "# TYPE d_total counter\n"
            "d_total 1e+06\n");
}

TEST(TextWriter, WritesAGaugeOfAnyValue) {
  std::vector<SeriesReading> series(3);
  series[0].labels = R"(a="")";
  series[0].value = -std::numeric_limits<double>::infinity();
  series[1].labels = R"(a="",b="y")";
  series[1].value = std::nan("");
  series[2].value = -0.0;

  EXPECT_EQ(written({"g", "x", Type::Gauge}, series),
            "# HELP g x\n"
            "# TYPE g gauge\n"
            "g{a=\"\"} -Inf\n"
            "g{a=\"\",b=\"y\"} NaN\n"
            "g 0\n");
}

// Both ways lead to the same bytes, whatever is in quotes or as short as nothing.
TEST(TextWriter, WritesValuesTogetherAsOneByOne) {
  const std::vector<std::string> labels{"", R"(a="")", R"(a="a longer value than the others")"};
  std::vector<metrics::ValueReading> values;
  std::vector<SeriesReading> series;
  for (const double value : {0.0, 7.0, -1.5, 1e21, std::numeric_limits<double>::infinity()}) {
    for (const std::string& body : labels) {
      values.push_back({body, {}, value});
      series.emplace_back().labels = body;
      series.back().value = value;
    }
  }
  for (const FamilyReading& family :
       {FamilyReading{"c", "x", Type::Counter}, FamilyReading{"ü.g", "", Type::Gauge}}) {
    std::string out;
    TextWriter writer(out);
    writer.on_family(family);
    writer.on_values(values);
    writer.on_values({});

    EXPECT_EQ(out, written(family, series));
  }
}

TEST(TextWriter, WritesTheTimeOfAGaugeInMilliseconds) {
  SeriesReading series;
  series.labels = R"(a="b")";
  series.value = 2.5;
  series.timestamp = base::UnixTime(std::chrono::seconds(1656581400));

  EXPECT_EQ(written({"g", "x", Type::Gauge}, {series}),
            "# HELP g x\n"
            "# TYPE g gauge\n"
            "g{a=\"b\"} 2.5 1656581400000\n");
}

TEST(TextWriter, WritesAHistogramAsTheReference) {
  const std::vector<double> bounds{0.5, 1, 100};
  const std::vector<std::uint64_t> counts{0, 1, 0, 0};
  SeriesReading series;
  series.bounds = bounds;
  series.bucket_counts = counts;
  series.sum = 1;

  EXPECT_EQ(written({"h_seconds", "x", Type::Histogram}, {series}),
            "# HELP h_seconds x\n"
            "# TYPE h_seconds histogram\n"
            "h_seconds_bucket{le=\"0.5\"} 0\n"
            "h_seconds_bucket{le=\"1\"} 1\n"
            "h_seconds_bucket{le=\"100\"} 1\n"
            "h_seconds_bucket{le=\"+Inf\"} 1\n"
            "h_seconds_sum 1\n"
            "h_seconds_count 1\n");
}

TEST(TextWriter, AccumulatesBuckets) {
  const std::vector<double> bounds{0.005, 2};
  const std::vector<std::uint64_t> counts{2, 3, 999995};
  SeriesReading series;
  series.labels = R"(a="x")";
  series.bounds = bounds;
  series.bucket_counts = counts;
  series.sum = -2.5;

  EXPECT_EQ(written({"h", "x", Type::Histogram}, {series}),
            "# HELP h x\n"
            "# TYPE h histogram\n"
            "h_bucket{a=\"x\",le=\"0.005\"} 2\n"
            "h_bucket{a=\"x\",le=\"2\"} 5\n"
            "h_bucket{a=\"x\",le=\"+Inf\"} 1e+06\n"
            "h_sum{a=\"x\"} -2.5\n"
            "h_count{a=\"x\"} 1e+06\n");
}

TEST(TextWriter, WritesAHistogramWithoutBounds) {
  const std::vector<std::uint64_t> counts{7};
  SeriesReading series;
  series.bucket_counts = counts;

  EXPECT_EQ(written({"h", "x", Type::Histogram}, {series}),
            "# HELP h x\n"
            "# TYPE h histogram\n"
            "h_bucket{le=\"+Inf\"} 7\n"
            "h_sum 0\n"
            "h_count 7\n");
}

TEST(TextWriter, WritesAnEmptySummaryAsTheReference) {
  const std::vector<double> quantiles(3, std::nan(""));
  SeriesReading series;
  series.objectives = kObjectives;
  series.quantiles = quantiles;

  EXPECT_EQ(written({"s_seconds", "h\\e\"l\np", Type::Summary}, {series}),
            "# HELP s_seconds h\\\\e\"l\\np\n"
            "# TYPE s_seconds summary\n"
            "s_seconds{quantile=\"0.5\"} NaN\n"
            "s_seconds{quantile=\"0.9\"} NaN\n"
            "s_seconds{quantile=\"0.99\"} NaN\n"
            "s_seconds_sum 0\n"
            "s_seconds_count 0\n");
}

TEST(TextWriter, PutsTheQuantileBehindTheLabels) {
  const std::vector<double> quantiles{0.25, 1, 2};
  SeriesReading series;
  series.labels = R"(a="x",z="y")";
  series.objectives = kObjectives;
  series.quantiles = quantiles;
  series.sum = 1234567;
  series.count = 1000000;

  EXPECT_EQ(written({"s", "x", Type::Summary}, {series}),
            "# HELP s x\n"
            "# TYPE s summary\n"
            "s{a=\"x\",z=\"y\",quantile=\"0.5\"} 0.25\n"
            "s{a=\"x\",z=\"y\",quantile=\"0.9\"} 1\n"
            "s{a=\"x\",z=\"y\",quantile=\"0.99\"} 2\n"
            "s_sum{a=\"x\",z=\"y\"} 1.234567e+06\n"
            "s_count{a=\"x\",z=\"y\"} 1e+06\n");
}

TEST(TextWriter, WritesASummaryWithoutObjectives) {
  SeriesReading series;
  series.sum = 1.5;
  series.count = 2;

  EXPECT_EQ(written({"s", "x", Type::Summary}, {series}),
            "# HELP s x\n"
            "# TYPE s summary\n"
            "s_sum 1.5\n"
            "s_count 2\n");
}

TEST(TextWriter, GoesOnAfterItsOutputWasEmptied) {
  std::string out;
  TextWriter writer(out);
  writer.on_family({"a", "", Type::Counter});
  EXPECT_EQ(out, "# HELP a \n# TYPE a counter\n");
  out.clear();
  SeriesReading series;
  series.value = 1;

  writer.on_series(series);
  writer.on_family({"b", "x", Type::Gauge});
  writer.on_series(series);

  EXPECT_EQ(out, "a 1\n# HELP b x\n# TYPE b gauge\nb 1\n");
}

}  // namespace
}  // namespace weir::exposition
