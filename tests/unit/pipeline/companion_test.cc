// SPDX-License-Identifier: Apache-2.0
// A histogram with a summary beside it: `observer_type: both`.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr const char* kOptions =
    "observer_type: both, histogram_options: {buckets: [1]}, "
    "summary_options: {quantiles: [{quantile: 0.5, error: 0.1}]}";

std::string rule(const std::string& more = "") {
  return "mappings: [{match: t.*, name: t, labels: {x: $1}, " + std::string(kOptions) + more + "}]";
}

TEST(Companion, TakesWhatItsHistogramTakes) {
  PipelineHarness harness(rule());

  harness.send("t.a:1|h\nt.a:3|h\nt.a:3|h|@0.5\nt.b:2000|ms\nt.a:3|d");

  EXPECT_EQ(harness.samples(),
            "t_bucket{x=\"a\",le=\"1\"} 1\nt_bucket{x=\"a\",le=\"+Inf\"} 5\n"
            "t_sum{x=\"a\"} 13\nt_count{x=\"a\"} 5\n"
            "t_bucket{x=\"b\",le=\"1\"} 0\nt_bucket{x=\"b\",le=\"+Inf\"} 1\n"
            "t_sum{x=\"b\"} 2\nt_count{x=\"b\"} 1\n"
            "t_summary{x=\"a\",quantile=\"0.5\"} 3\nt_summary_sum{x=\"a\"} 13\n"
            "t_summary_count{x=\"a\"} 5\n"
            "t_summary{x=\"b\",quantile=\"0.5\"} 2\nt_summary_sum{x=\"b\"} 2\n"
            "t_summary_count{x=\"b\"} 1\n");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_total{type="observer"})"),
            R"(statsd_exporter_events_total{type="observer"} 6)")
      << "each event counts once";
}

TEST(Companion, OfTheDefaultsIsThereWithoutARule) {
  PipelineHarness harness("defaults: {" + std::string(kOptions) + "}");

  harness.send("t:1|h\nc:1|c");

  EXPECT_EQ(harness.samples(),
            "c 1\nt_bucket{le=\"1\"} 1\nt_bucket{le=\"+Inf\"} 1\nt_sum 1\nt_count 1\n"
            "t_summary{quantile=\"0.5\"} 1\nt_summary_sum 1\nt_summary_count 1\n");
}

TEST(Companion, ExpiresWithItsHistogramAndComesAgain) {
  PipelineHarness harness(rule(", ttl: 10s"));
  harness.send("t.a:1|h");
  harness.pass(8s);
  harness.send("t.a:1|h");
  harness.pass(8s);
  EXPECT_NE(harness.samples().find("t_summary_count{x=\"a\"} 2\n"), std::string::npos);
  harness.pass(20s);
  EXPECT_EQ(harness.samples(), "");

  harness.send("t.a:3|h");

  const auto samples = harness.samples();
  EXPECT_NE(samples.find("t_count{x=\"a\"} 1\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("t_summary_count{x=\"a\"} 1\n"), std::string::npos) << samples;
}

TEST(Companion, IsMadeAgainWhereItAloneExpired) {
  const std::string only_histogram =
      "{match: h, name: t, observer_type: histogram, histogram_options: {buckets: [1]}, ttl: 10s}";
  PipelineHarness harness("mappings: [{match: t, name: t, ttl: 10s, " + std::string(kOptions) +
                          "}, " + only_histogram + "]");
  harness.send("t:1|h");
  for (int i = 0; i < 4; ++i) {
    harness.pass(5s);
    harness.send("h:1|h");
  }
  ASSERT_EQ(harness.samples().find("t_summary"), std::string::npos);

  harness.send("t:5|h\nt:7|h");

  const auto samples = harness.samples();
  EXPECT_NE(samples.find("t_count 7\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("t_summary_sum 12\nt_summary_count 2\n"), std::string::npos) << samples;
}

TEST(Companion, IsLostAndCountedWhereItsNameIsTaken) {
  PipelineHarness harness(rule(", ttl: 60s"));

  harness.send("t_summary:1|g\nt.a:1|h\nt.a:2|h");

  const auto samples = harness.samples();
  EXPECT_NE(samples.find("t_count{x=\"a\"} 2\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("t_summary 1\n"), std::string::npos) << samples;
  EXPECT_EQ(
      harness.self(
          R"(statsd_exporter_events_conflict_total{metric_name="t_summary",type="observer"})"),
      R"(statsd_exporter_events_conflict_total{metric_name="t_summary",type="observer"} 2)");
}

TEST(Companion, IsThereOnceItsNameIsFree) {
  PipelineHarness harness(
      "mappings: [{match: t_summary, name: t_summary, ttl: 5s}, {match: t, name: t, " +
      std::string(kOptions) + "}]");
  harness.send("t_summary:1|g\nt:1|h");
  harness.pass(20s);

  harness.send("t:2|h");

  const auto samples = harness.samples();
  EXPECT_NE(samples.find("t_count 2\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("t_summary_sum 2\nt_summary_count 1\n"), std::string::npos) << samples;
}

TEST(Companion, GetsASuffixWhereTheRuleWantsIt) {
  PipelineHarness harness(rule(", on_conflict: suffix"));

  harness.send("t:1|c\nt_timer_summary:1|g\nt.a:1|h");

  const auto samples = harness.samples();
  EXPECT_NE(samples.find("t_timer_count{x=\"a\"} 1\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("t_timer_summary_timer_count{x=\"a\"} 1\n"), std::string::npos) << samples;
}

TEST(Companion, OfAnOverflowSeriesIsOneToo) {
  PipelineHarness harness(rule(", max_series: 1"));

  harness.send("t.a:1|h\nt.b:2|h\nt.c:4|h\nt.b:8|h");

  const auto samples = harness.samples();
  for (const auto* line :
       {"t_sum{x=\"a\"} 1\n", "t_sum{weir_overflow=\"true\"} 14\n", "t_summary_sum{x=\"a\"} 1\n",
        "t_summary_sum{weir_overflow=\"true\"} 14\n"}) {
    EXPECT_NE(samples.find(line), std::string::npos) << line << samples;
  }
  EXPECT_EQ(harness.self(R"(weir_events_overflowed_total{metric_name="t",type="observer"})"),
            R"(weir_events_overflowed_total{metric_name="t",type="observer"} 3)");
  EXPECT_EQ(
      harness.self(R"(weir_events_overflowed_total{metric_name="t_summary",type="observer"})"), "");
}

TEST(Companion, IsRefusedAloneWhenTheBudgetAllowsOneMore) {
  metrics::Budgets budgets;
  budgets.series_max = 1;
  PipelineHarness harness("mappings: [{match: t, name: t, " + std::string(kOptions) + "}]", {},
                          budgets);

  harness.send("t:1|h\nt:2|h");

  EXPECT_EQ(harness.samples(),
            "t_bucket{le=\"1\"} 1\nt_bucket{le=\"+Inf\"} 2\nt_sum 3\nt_count 2\n");
  EXPECT_EQ(harness.self(R"(weir_events_refused_total{metric_name="t_summary",type="observer"})"),
            R"(weir_events_refused_total{metric_name="t_summary",type="observer"} 2)");
}

TEST(Companion, LetsNoLabelOfEitherPass) {
  PipelineHarness harness(rule());

  harness.send("t.a:1|h|#le:1\nt.a:1|h|#quantile:1");

  EXPECT_EQ(harness.samples(), "");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_error_total{reason="reserved_label"})"),
            R"(statsd_exporter_events_error_total{reason="reserved_label"} 2)");
}

TEST(Companion, ComesAndGoesWithReloads) {
  const std::string histogram =
      "mappings: [{match: t.*, name: t, labels: {x: $1}, observer_type: histogram, "
      "histogram_options: {buckets: [1]}}]";
  PipelineHarness harness(histogram);
  harness.send("t.a:1|h");

  harness.reload(rule());
  harness.send("t.a:2|h");
  EXPECT_NE(harness.samples().find("t_summary_count{x=\"a\"} 1\n"), std::string::npos);
  harness.reload(
      "mappings: [{match: t.*, name: t, labels: {x: $1}, observer_type: both, histogram_options: "
      "{buckets: [1]}, summary_options: {quantiles: [{quantile: 0.9, error: 0.1}]}}]");
  harness.send("t.a:4|h");
  harness.pass(1s);
  EXPECT_NE(harness.samples().find("t_count{x=\"a\"} 3\nt_summary{x=\"a\",quantile=\"0.9\"} 4\n"),
            std::string::npos)
      << harness.samples();
  harness.reload(histogram);
  harness.send("t.a:8|h");

  const auto samples = harness.samples();
  EXPECT_NE(samples.find("t_count{x=\"a\"} 4\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("t_summary_count{x=\"a\"} 1\n"), std::string::npos) << samples;
}

}  // namespace
}  // namespace weir::pipeline
