// SPDX-License-Identifier: Apache-2.0
#include "exposition/openmetrics_writer.h"

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

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::vector<Objective> kObjectives{{0.5, 0.05}, {1, 0.01}};

enum class Created : std::uint8_t { Left, Written };

std::string written(const FamilyReading& family, const std::vector<SeriesReading>& series,
                    Created created = Created::Left) {
  std::string out;
  OpenMetricsWriter writer(out, created == Created::Written);
  writer.on_family(family);
  for (const SeriesReading& one : series) writer.on_series(one);
  writer.on_family_end();
  return out;
}

SeriesReading value_of(double value, std::string_view labels = "") {
  SeriesReading series;
  series.labels = labels;
  series.created = base::UnixTime(std::chrono::milliseconds(1'700'000'000'500));
  series.value = value;
  return series;
}

TEST(OpenMetricsWriter, DeclaresACounterWithoutItsSuffix) {
  EXPECT_EQ(written({"c_total", "say \"x\\y\"\nor", Type::Counter}, {value_of(3, R"(a="x")")}),
            "# HELP c say \\\"x\\\\y\\\"\\nor\n"
            "# TYPE c counter\n"
            "c_total{a=\"x\"} 3.0\n");
}

TEST(OpenMetricsWriter, DeclaresACounterOfAnotherNameAsUnknown) {
  EXPECT_EQ(written({"c", "x", Type::Counter}, {value_of(3)}, Created::Written),
            "# HELP c x\n"
            "# TYPE c unknown\n"
            "c 3.0\n");
}

TEST(OpenMetricsWriter, WritesWhenEachSeriesWasMade) {
  std::vector<SeriesReading> series(4, value_of(3));
  series[2].created += std::chrono::milliseconds(100);
  EXPECT_EQ(written({"c_total", "x", Type::Counter}, series, Created::Written),
            "# HELP c x\n"
            "# TYPE c counter\n"
            "c_total 3.0\n"
            "c_created 1.7000000005e+09\n"
            "c_total 3.0\n"
            "c_created 1.7000000005e+09\n"
            "c_total 3.0\n"
            "c_created 1.7000000006e+09\n"
            "c_total 3.0\n"
            "c_created 1.7000000005e+09\n");
}

TEST(OpenMetricsWriter, DeclaresACounterWhoseShortNameIsTakenAsUnknown) {
  std::string out;
  OpenMetricsWriter writer(out, true);
  writer.on_family({"c", "x", Type::Gauge});
  writer.on_family({"c_total", "x", Type::Counter});
  writer.on_series(value_of(1));

  EXPECT_EQ(out,
            "# HELP c x\n# TYPE c gauge\n"
            "# HELP c_total x\n# TYPE c_total unknown\nc_total 1.0\n");
}

TEST(OpenMetricsWriter, WritesIntegralNumbersWithAPoint) {
  const std::vector<std::pair<double, std::string>> cases{
      {0, "0.0"},          {-0.0, "0.0"},        {1, "1.0"},
      {-1, "-1.0"},        {100000, "100000.0"}, {1e6, "1e+06"},
      {0.5, "0.5"},        {1e-5, "1e-05"},      {std::nan(""), "NaN"},
      {kInfinity, "+Inf"}, {-kInfinity, "-Inf"}};
  for (const auto& [value, text] : cases) {
    EXPECT_EQ(written({"g", "x", Type::Gauge}, {value_of(value)}),
              "# HELP g x\n# TYPE g gauge\ng " + text + "\n");
  }
}

TEST(OpenMetricsWriter, WritesTheTimeOfAGaugeInSeconds) {
  SeriesReading series = value_of(2);
  series.labels = R"(a="b")";
  series.timestamp = base::UnixTime(std::chrono::seconds(1656581400));

  EXPECT_EQ(written({"g", "x", Type::Gauge}, {series}),
            "# HELP g x\n# TYPE g gauge\ng{a=\"b\"} 2.0 1656581400\n");
}

TEST(OpenMetricsWriter, LeavesOutACounterThatIsNoNumber) {
  EXPECT_EQ(written({"c_total", "x", Type::Counter}, {value_of(std::nan(""))}, Created::Written),
            "# HELP c x\n# TYPE c counter\n");
  EXPECT_EQ(written({"c", "x", Type::Counter}, {value_of(std::nan(""))}),
            "# HELP c x\n# TYPE c unknown\nc NaN\n");
}

TEST(OpenMetricsWriter, NamesTheUnitThatTheNameEndsIn) {
  EXPECT_EQ(written({"a_seconds", "x", Type::Gauge, "seconds"}, {}),
            "# HELP a_seconds x\n# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n");
  EXPECT_EQ(written({"a_bytes_total", "x", Type::Counter, "bytes"}, {}),
            "# HELP a_bytes x\n# TYPE a_bytes counter\n# UNIT a_bytes bytes\n");
}

TEST(OpenMetricsWriter, NamesNoOtherUnit) {
  for (const char* name : {"a", "seconds", "aseconds", "a_seconds_total", "a_seconds_x"}) {
    EXPECT_EQ(written({name, "x", Type::Gauge, "seconds"}, {}).find("# UNIT"), std::string::npos)
        << name;
  }
  EXPECT_EQ(written({"a_seconds", "x", Type::Gauge}, {}).find("# UNIT"), std::string::npos);
}

SeriesReading summary_of(const std::vector<double>& quantiles, double sum) {
  SeriesReading series = value_of(0, R"(a="x")");
  series.objectives = kObjectives;
  series.quantiles = quantiles;
  series.sum = sum;
  series.count = 1'000'000;
  return series;
}

TEST(OpenMetricsWriter, WritesASummary) {
  const std::vector<double> quantiles{0.25, std::nan("")};

  EXPECT_EQ(written({"s", "x", Type::Summary}, {summary_of(quantiles, 7)}, Created::Written),
            "# HELP s x\n"
            "# TYPE s summary\n"
            "s{a=\"x\",quantile=\"0.5\"} 0.25\n"
            "s{a=\"x\",quantile=\"1.0\"} NaN\n"
            "s_sum{a=\"x\"} 7.0\n"
            "s_count{a=\"x\"} 1000000\n"
            "s_created{a=\"x\"} 1.7000000005e+09\n");
}

TEST(OpenMetricsWriter, LeavesOutWhatASummaryMayNotHave) {
  const std::vector<double> quantiles{-1, 0};
  for (const double sum : {-1.0, std::nan("")}) {
    EXPECT_EQ(written({"s", "x", Type::Summary}, {summary_of(quantiles, sum)}),
              "# HELP s x\n"
              "# TYPE s summary\n"
              "s{a=\"x\",quantile=\"1.0\"} 0.0\n"
              "s_count{a=\"x\"} 1000000\n");
  }
}

SeriesReading histogram_of(const std::vector<double>& bounds,
                           const std::vector<std::uint64_t>& counts, double sum) {
  SeriesReading series = value_of(0);
  series.bounds = bounds;
  series.bucket_counts = counts;
  series.sum = sum;
  return series;
}

TEST(OpenMetricsWriter, WritesAHistogram) {
  const std::vector<double> bounds{0.5, 1, 1e6};
  const std::vector<std::uint64_t> counts{2, 0, 3, 999'995};

  EXPECT_EQ(
      written({"h", "x", Type::Histogram}, {histogram_of(bounds, counts, 4)}, Created::Written),
      "# HELP h x\n"
      "# TYPE h histogram\n"
      "h_bucket{le=\"0.5\"} 2\n"
      "h_bucket{le=\"1.0\"} 2\n"
      "h_bucket{le=\"1e+06\"} 5\n"
      "h_bucket{le=\"+Inf\"} 1000000\n"
      "h_sum 4.0\n"
      "h_count 1000000\n"
      "h_created 1.7000000005e+09\n");
}

TEST(OpenMetricsWriter, LeavesOutTheSumOfAHistogramThatMayHaveNone) {
  const std::vector<double> negative{-1, 1};
  const std::vector<double> positive{1, 2};
  const std::vector<std::uint64_t> counts{1, 0, 0};
  const auto histogram = [&](const std::vector<double>& bounds, double sum) {
    return written({"h", "x", Type::Histogram}, {histogram_of(bounds, counts, sum)});
  };
  const std::string head = "# HELP h x\n# TYPE h histogram\n";
  const std::string buckets =
      "h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"2.0\"} 1\nh_bucket{le=\"+Inf\"} 1\n";

  EXPECT_EQ(histogram(negative, 3),
            head + "h_bucket{le=\"-1.0\"} 1\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\n");
  EXPECT_EQ(histogram(positive, -3), head + buckets);
  EXPECT_EQ(histogram(positive, std::nan("")), head + buckets);
  EXPECT_EQ(histogram(positive, 0), head + buckets + "h_sum 0.0\nh_count 1\n");
}

TEST(OpenMetricsWriter, WritesTheCreatedSampleBehindItsOwnTotal) {
  EXPECT_EQ(written({"c_total", "x", Type::Counter},
                    {value_of(1, R"(a="1")"), value_of(2, R"(a="2")")}, Created::Written),
            "# HELP c x\n"
            "# TYPE c counter\n"
            "c_total{a=\"1\"} 1.0\n"
            "c_created{a=\"1\"} 1.7000000005e+09\n"
            "c_total{a=\"2\"} 2.0\n"
            "c_created{a=\"2\"} 1.7000000005e+09\n");
}

TEST(OpenMetricsWriter, QuotesNames) {
  EXPECT_EQ(written({"a.b\"_total", "x", Type::Counter}, {value_of(1), value_of(2, R"("c.d"="y")")},
                    Created::Written),
            "# HELP \"a.b\\\"\" x\n"
            "# TYPE \"a.b\\\"\" counter\n"
            "{\"a.b\\\"_total\"} 1.0\n"
            "{\"a.b\\\"_created\"} 1.7000000005e+09\n"
            "{\"a.b\\\"_total\",\"c.d\"=\"y\"} 2.0\n"
            "{\"a.b\\\"_created\",\"c.d\"=\"y\"} 1.7000000005e+09\n");
}

TEST(OpenMetricsWriter, EndsAnEmptyPage) {
  std::string out;
  OpenMetricsWriter writer(out, false);
  writer.on_end();

  EXPECT_EQ(out, "# EOF\n");
}

}  // namespace
}  // namespace weir::exposition
