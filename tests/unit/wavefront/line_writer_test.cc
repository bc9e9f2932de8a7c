// SPDX-License-Identifier: Apache-2.0
#include "weir/wavefront/line_writer.h"

#include <array>
#include <chrono>
#include <limits>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::wavefront {
namespace {

constexpr base::UnixTime kNow{std::chrono::milliseconds(1'700'000'000'123)};

struct Written {
  std::string out;
  WriterCounts counts;
};

Written written(std::string_view name, metrics::Type type, const metrics::SeriesReading& series,
                std::string_view prefix = {}) {
  Written made;
  LineWriter writer({made.out, made.counts, kNow, prefix, "weir-1"});
  writer.on_family({.name = name, .help = {}, .type = type});
  writer.on_series(series);
  writer.on_family_end();
  writer.on_end();
  return made;
}

metrics::SeriesReading reading(std::string_view labels, double value) {
  metrics::SeriesReading series;
  series.labels = labels;
  series.value = value;
  return series;
}

std::string gauge(std::string_view labels, double value = 1, std::string_view name = "a") {
  return written(name, metrics::Type::Gauge, reading(labels, value)).out;
}

TEST(WavefrontLineWriter, WritesCountersAndGauges) {
  EXPECT_EQ(written("jobs_total", metrics::Type::Counter, reading("a=\"b\",c=\"d e\"", 1.5)).out,
            "\"jobs_total\" 1.5 1700000000123 source=\"weir-1\" \"a\"=\"b\" \"c\"=\"d e\"\n");
  EXPECT_EQ(gauge("", -2e9), "\"a\" -2e+09 1700000000123 source=\"weir-1\"\n");
}

TEST(WavefrontLineWriter, PutsThePrefixBeforeNames) {
  EXPECT_EQ(written("jobs", metrics::Type::Gauge, reading("", 1), "prod.").out,
            "\"prod.jobs\" 1 1700000000123 source=\"weir-1\"\n");
}

TEST(WavefrontLineWriter, ReplacesWhatNamesMayNotHave) {
  EXPECT_EQ(gauge("\"b.c\"=\"x\",\"d e\"=\"y\"", 1, "a:b\xC3\xA4.c"),
            "\"a_b_.c\" 1 1700000000123 source=\"weir-1\" \"b.c\"=\"x\" \"d_e\"=\"y\"\n");
}

TEST(WavefrontLineWriter, TakesTheSourceOfASeries) {
  EXPECT_EQ(gauge("source=\"app\",x=\"y\""), "\"a\" 1 1700000000123 source=\"app\" \"x\"=\"y\"\n");
}

TEST(WavefrontLineWriter, EscapesValues) {
  EXPECT_EQ(gauge(R"(a="say \"x\"",b="1\n2",c="C:\\dir\\",d=" ")"),
            "\"a\" 1 1700000000123 source=\"weir-1\" \"a\"=\"say \\\"x\\\"\" \"b\"=\"1\\n2\" "
            "\"c\"=\"C:\\dir\"\n");
  EXPECT_EQ(gauge("a=\"x\ty\x04\""), "\"a\" 1 1700000000123 source=\"weir-1\" \"a\"=\"x y \"\n");
}

TEST(WavefrontLineWriter, GivesAGaugeItsOwnTime) {
  auto series = reading("", 1);
  series.timestamp = base::UnixTime(std::chrono::seconds(1'600'000'000));
  EXPECT_EQ(written("a", metrics::Type::Gauge, series).out,
            "\"a\" 1 1600000000000 source=\"weir-1\"\n");
}

TEST(WavefrontLineWriter, WritesSummaries) {
  constexpr std::array<metrics::Objective, 2> kObjectives = {{{0.5, 0.05}, {0.9, 0.01}}};
  const std::array<double, 2> quantiles = {2, std::numeric_limits<double>::quiet_NaN()};
  metrics::SeriesReading series;
  series.labels = "x=\"y\"";
  series.objectives = kObjectives;
  series.quantiles = quantiles;
  series.sum = 7;
  series.count = 3;
  const Written made = written("t", metrics::Type::Summary, series);
  EXPECT_EQ(made.out,
            "\"t\" 2 1700000000123 source=\"weir-1\" \"x\"=\"y\" \"quantile\"=\"0.5\"\n"
            "\"t_sum\" 7 1700000000123 source=\"weir-1\" \"x\"=\"y\"\n"
            "\"t_count\" 3 1700000000123 source=\"weir-1\" \"x\"=\"y\"\n");
  EXPECT_EQ(made.counts.lines, 3U);
  EXPECT_EQ(made.counts.not_finite, 0U);
}

TEST(WavefrontLineWriter, WritesHistograms) {
  const std::array<double, 2> bounds = {0.1, 1};
  const std::array<std::uint64_t, 3> counts = {1, 2, 3};
  metrics::SeriesReading series;
  series.bounds = bounds;
  series.bucket_counts = counts;
  series.sum = 9;
  EXPECT_EQ(written("h", metrics::Type::Histogram, series).out,
            "\"h_bucket\" 1 1700000000123 source=\"weir-1\" \"le\"=\"0.1\"\n"
            "\"h_bucket\" 3 1700000000123 source=\"weir-1\" \"le\"=\"1\"\n"
            "\"h_bucket\" 6 1700000000123 source=\"weir-1\" \"le\"=\"+Inf\"\n"
            "\"h_sum\" 9 1700000000123 source=\"weir-1\"\n"
            "\"h_count\" 6 1700000000123 source=\"weir-1\"\n");
}

TEST(WavefrontLineWriter, LeavesOutWhatALineCannotSay) {
  const Written infinite =
      written("a", metrics::Type::Gauge, reading("", std::numeric_limits<double>::infinity()));
  EXPECT_EQ(infinite.out, "");
  EXPECT_EQ(infinite.counts.not_finite, 1U);
  const Written long_name = written(std::string(1024, 'a'), metrics::Type::Gauge, reading("", 1));
  EXPECT_EQ(long_name.out, "");
  EXPECT_EQ(long_name.counts.too_long, 1U);
  EXPECT_EQ(gauge("k=\"" + std::string(254, 'v') + "\""), "");
  EXPECT_NE(gauge("k=\"" + std::string(253, 'v') + "\""), "");
  EXPECT_EQ(gauge("source=\"" + std::string(1024, 'v') + "\""), "");
}

}  // namespace
}  // namespace weir::wavefront
