// SPDX-License-Identifier: Apache-2.0
// Gauges beside a summary or histogram: `publish`.
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAll = "publish: [min, max, stddev]";
constexpr const char* kSummary = "summary_options: {quantiles: [{quantile: 0.5, error: 0.1}]}";
constexpr const char* kClassic =
    "observer_type: histogram, histogram_options: {buckets: [1], native_histogram_bucket_factor: "
    "1}";

std::string rule(const std::string& more) {
  return "mappings: [{match: t.*, name: t, labels: {x: $1}, " + more + "}]";
}

void expect_line(PipelineHarness& harness, const std::string& line) {
  const auto samples = "\n" + harness.samples();
  EXPECT_NE(samples.find("\n" + line + "\n"), std::string::npos) << line << samples;
}

void expect_no(PipelineHarness& harness, const std::string& text) {
  const auto samples = harness.samples();
  EXPECT_EQ(samples.find(text), std::string::npos) << samples;
}

class Publish : public testing::TestWithParam<const char*> {};

TEST_P(Publish, MakesAGaugeOfEach) {
  PipelineHarness harness(rule(std::string(kAll) + ", " + GetParam()));

  harness.send("t.a:2|h\nt.a:4|h\nt.a:6|d|@0.5\nt.b:3000|ms");

  expect_line(harness, "t_count{x=\"a\"} 4");
  expect_line(harness, "t_max{x=\"a\"} 6\nt_max{x=\"b\"} 3\nt_min{x=\"a\"} 2\nt_min{x=\"b\"} 3");
  expect_line(harness, "t_stddev{x=\"a\"} 1.6583123951777\nt_stddev{x=\"b\"} 0");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_total{type="observer"})"),
            R"(statsd_exporter_events_total{type="observer"} 5)")
      << "each event counts once";
  EXPECT_EQ(harness.self(R"(statsd_exporter_metrics_total{type="gauge"})"),
            R"(statsd_exporter_metrics_total{type="gauge"} 3)");
}

TEST_P(Publish, ForgetsWithTheWindow) {
  PipelineHarness harness("defaults: {summary_options: {max_age: 50s, age_buckets: 5}}\n" +
                          rule(std::string(kAll) + ", " + GetParam()));
  harness.send("t.a:1|h");
  harness.pass(30s);
  harness.send("t.a:5|h");
  expect_line(harness, "t_max{x=\"a\"} 5\nt_min{x=\"a\"} 1");

  harness.pass(25s);
  expect_line(harness, "t_max{x=\"a\"} 5\nt_min{x=\"a\"} 5");
  harness.pass(60s);

  expect_line(harness, "t_count{x=\"a\"} 2");
  expect_line(harness, "t_max{x=\"a\"} NaN\nt_min{x=\"a\"} NaN");
  expect_line(harness, "t_stddev{x=\"a\"} NaN");
}

TEST_P(Publish, LivesAsLongAsTheMetric) {
  PipelineHarness harness(rule(std::string(kAll) + ", ttl: 10s, " + GetParam()));
  harness.send("t.a:1|h");
  for (int i = 0; i < 3; ++i) {
    harness.pass(8s);
    harness.send("t.a:2|h");
    expect_line(harness, "t_min{x=\"a\"} 1");
  }
  harness.pass(20s);
  EXPECT_EQ(harness.samples(), "");
  EXPECT_EQ(harness.self("weir_series_expired_total"),
            "weir_series_expired_total " + std::string(harness.current->companions[0] ? "5" : "4"));

  harness.send("t.a:3|h");

  expect_line(harness, "t_min{x=\"a\"} 3");
}

INSTANTIATE_TEST_SUITE_P(, Publish,
                         testing::Values(kSummary, kClassic, "observer_type: histogram",
                                         "observer_type: both",
                                         "summary_options: {quantiles: []}"));

TEST(PublishedGauges, MakesNoOthers) {
  PipelineHarness harness(rule("publish: [max], " + std::string(kClassic)));

  harness.send("t.a:2|h\nt.a:4|h");

  EXPECT_EQ(harness.samples(),
            "t_bucket{x=\"a\",le=\"1\"} 0\nt_bucket{x=\"a\",le=\"+Inf\"} 2\n"
            "t_sum{x=\"a\"} 6\nt_count{x=\"a\"} 2\nt_max{x=\"a\"} 4\n");
}

TEST(PublishedGauges, OfTheDefaultsHoldsWithoutARule) {
  PipelineHarness harness("defaults: {publish: [max], " + std::string(kSummary) +
                          "}\n"
                          "mappings: [{match: u, name: u, publish: []}, {match: v, name: v}]");

  harness.send("t:1|h\nc:1|c\ng:1|g\nu:1|h\nv:2|h|#a:b");

  EXPECT_EQ(
      harness.samples(),
      "c 1\ng 1\nt{quantile=\"0.5\"} 1\nt_sum 1\nt_count 1\nt_max 1\n"
      "u{quantile=\"0.5\"} 1\nu_sum 1\nu_count 1\n"
      "v{a=\"b\",quantile=\"0.5\"} 2\nv_sum{a=\"b\"} 2\nv_count{a=\"b\"} 1\nv_max{a=\"b\"} 2\n");
}

TEST(PublishedGauges, TakesInfinityAndLeavesNaNOut) {
  PipelineHarness harness(rule(std::string(kAll)));

  harness.send("t.a:nan|h\nt.b:nan|h\nt.b:1|h\nt.c:1|h\nt.c:inf|h");

  expect_line(harness, "t_max{x=\"a\"} NaN\nt_max{x=\"b\"} 1\nt_max{x=\"c\"} +Inf");
  expect_line(harness, "t_min{x=\"a\"} NaN\nt_min{x=\"b\"} 1\nt_min{x=\"c\"} 1");
  expect_line(harness, "t_stddev{x=\"a\"} NaN\nt_stddev{x=\"b\"} 0\nt_stddev{x=\"c\"} NaN");
}

TEST(PublishedGauges, LosesAGaugeWhoseNameIsTaken) {
  PipelineHarness harness(rule(std::string(kAll)));

  harness.send("t_max:7|g\nt_min:1|c\nt.a:1|h\nt.a:3|h");

  expect_line(harness, "t_count{x=\"a\"} 2");
  expect_line(harness, "t_max 7");
  expect_line(harness, "t_min 1");
  expect_line(harness, "t_stddev{x=\"a\"} 1");
  for (const std::string name : {"t_max", "t_min"}) {
    const auto conflicts =
        "statsd_exporter_events_conflict_total{metric_name=\"" + name + "\",type=\"observer\"}";
    EXPECT_EQ(harness.self(conflicts), conflicts + " 2");
  }
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_total{type="observer"})"),
            R"(statsd_exporter_events_total{type="observer"} 2)");
}

TEST(PublishedGauges, HoldsItsNames) {
  PipelineHarness harness(rule(std::string(kAll)));

  harness.send("t.a:1|h\nt_max:7|g\nt_max:9|g|#x:a");

  expect_line(harness, "t_max{x=\"a\"} 1");
  EXPECT_EQ(
      harness.self(R"(statsd_exporter_events_conflict_total{metric_name="t_max",type="gauge"})"),
      R"(statsd_exporter_events_conflict_total{metric_name="t_max",type="gauge"} 2)");
}

TEST(PublishedGauges, HasItsGaugeOnceTheNameIsFree) {
  PipelineHarness harness(
      "mappings: [{match: t_max, name: t_max, ttl: 5s}, {match: t, name: t, "
      "publish: [max]}]");
  harness.send("t_max:7|g\nt:1|h");
  harness.pass(20s);

  harness.send("t:2|h");

  expect_line(harness, "t_max 2");
}

TEST(PublishedGauges, GetsASuffixWhereTheRuleWantsIt) {
  PipelineHarness harness(rule(std::string(kAll) + ", on_conflict: suffix"));

  harness.send("t:1|c\nt_timer_max:1|g\nt_min:4|g\nt.a:1|h");

  expect_line(harness, "t_timer_max_gauge{x=\"a\"} 1");
  expect_line(harness, "t_timer_min{x=\"a\"} 1");
  expect_line(harness, "t_min 4");
}

TEST(PublishedGauges, OfAnOverflowSeriesIsOfAllThatOverflow) {
  PipelineHarness harness(rule(std::string(kAll) + ", max_series: 1"));

  harness.send("t.a:1|h\nt.b:2|h\nt.c:4|h\nt.b:6|h");

  expect_line(harness, "t_max{x=\"a\"} 1");
  expect_line(harness, "t_max{weir_overflow=\"true\"} 6");
  expect_line(harness, "t_min{weir_overflow=\"true\"} 2");
  EXPECT_EQ(harness.self(R"(weir_events_overflowed_total{metric_name="t",type="observer"})"),
            R"(weir_events_overflowed_total{metric_name="t",type="observer"} 3)");
  EXPECT_EQ(harness.self(R"(weir_events_overflowed_total{metric_name="t_max",type="observer"})"),
            "");
  EXPECT_EQ(harness.self(R"(weir_events_refused_total{metric_name="t_max",type="observer"})"), "");
}

TEST(PublishedGauges, CountsAgainstTheBudget) {
  metrics::Budgets budgets;
  budgets.series_max = 2;
  PipelineHarness harness(rule(std::string(kAll) + ", " + kClassic), {}, budgets);

  harness.send("t.a:1|h\nt.a:3|h");

  EXPECT_EQ(harness.samples(),
            "t_bucket{x=\"a\",le=\"1\"} 1\nt_bucket{x=\"a\",le=\"+Inf\"} 2\n"
            "t_sum{x=\"a\"} 4\nt_count{x=\"a\"} 2\nt_min{x=\"a\"} 1\n");
  for (const std::string name : {"t_max", "t_stddev"}) {
    const auto refused =
        "weir_events_refused_total{metric_name=\"" + name + "\",type=\"observer\"}";
    EXPECT_EQ(harness.self(refused), refused + " 2");
  }
}

TEST(PublishedGauges, CountsTheLongestNameAgainstTheLimit) {
  PipelineOptions options;
  options.series_bytes_max = std::string("t_stddevx=\"a\"").size();
  PipelineHarness harness(rule("publish: [stddev]"), options);

  harness.send("t.a:1|h\nt.bb:1|h");

  expect_line(harness, "t_stddev{x=\"a\"} 0");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_error_total{reason="series_too_long"})"),
            R"(statsd_exporter_events_error_total{reason="series_too_long"} 1)");
}

TEST(PublishedGauges, ComesAndGoesWithReloads) {
  const std::string without = rule(kClassic);
  PipelineHarness harness(without);
  harness.send("t.a:1|h\nt.b:1|h");

  harness.reload(rule(std::string(kAll) + ", " + kClassic));
  harness.send("t.a:2|h");
  harness.pass(1s);
  expect_line(harness, "t_count{x=\"a\"} 1");
  expect_line(harness, "t_max{x=\"a\"} 2");
  harness.reload(rule("publish: [max], " + std::string(kClassic)));
  harness.send("t.a:4|h");
  harness.pass(1s);
  expect_line(harness, "t_max{x=\"a\"} 4");
  expect_no(harness, "t_min");
  harness.reload(without);
  harness.send("t.a:8|h\nt_max:3|g");
  harness.pass(1s);

  expect_line(harness, "t_count{x=\"a\"} 1");
  expect_line(harness, "t_max 3");
  expect_no(harness, "t_max{");
}

TEST(PublishedGauges, ChangesNothingByAReloadOfTheSame) {
  const std::string same = rule(std::string(kAll) + ", " + kClassic);
  PipelineHarness harness(same);
  harness.send("t.a:1|h");

  harness.reload(same);
  harness.send("t.a:5|h");

  expect_line(harness, "t_count{x=\"a\"} 2");
  expect_line(harness, "t_max{x=\"a\"} 5\nt_min{x=\"a\"} 1");
}

// Of two rules of one metric the first decides, as about buckets.
TEST(PublishedGauges, IsDecidedByTheFirstRuleOfAMetric) {
  const std::string with = std::string("{match: t.a, name: t, ") + kAll + ", " + kClassic + "}";
  const std::string without = std::string("{match: t.b, name: t, ") + kClassic + "}";
  PipelineHarness harness("mappings: [" + with + ", " + without + "]");
  harness.send("t.a:1|h|#x:a\nt.b:3|h|#x:b\nt.b:4|h|#x:b");
  expect_line(harness, "t_max{x=\"a\"} 1\nt_max{x=\"b\"} 4");

  PipelineHarness other("mappings: [" + with + ", " + without + "]");
  other.send("t.b:3|h|#x:b\nt.a:1|h|#x:a\nt.a:2|h|#x:a");
  expect_line(other, "t_count{x=\"a\"} 2");
  expect_no(other, "t_max");
}

}  // namespace
}  // namespace weir::pipeline
