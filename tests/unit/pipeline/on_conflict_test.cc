// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

TEST(OnConflict, GivesALaterTypeANameOfItsOwn) {
  PipelineHarness harness(
      "mappings: [{match: a.*, name: a, labels: {x: $1}, on_conflict: suffix, "
      "summary_options: {quantiles: [{quantile: 0.5, error: 0.1}]}}]");

  harness.send("a.1:1|c\na.1:2|g\na.1:3|h\na.2:4|g\na.1:5|c");

  EXPECT_EQ(harness.samples(),
            "a{x=\"1\"} 6\na_gauge{x=\"1\"} 2\na_gauge{x=\"2\"} 4\n"
            "a_timer{x=\"1\",quantile=\"0.5\"} 3\na_timer_sum{x=\"1\"} 3\n"
            "a_timer_count{x=\"1\"} 1\n");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_conflict_total{metric_name="a",type="gauge"})"),
            "");
}

TEST(OnConflict, OfTheDefaultsHoldsForMetricsWithoutARule) {
  PipelineHarness harness(
      "defaults: {on_conflict: suffix}\n"
      "mappings: [{match: b, name: b}, {match: c, name: c, on_conflict: drop}]");

  harness.send("a:1|g\na:2|c\nb:1|g\nb:2|c\nc:1|g\nc:2|c");

  EXPECT_EQ(harness.samples(), "a 1\na_counter 2\nb 1\nb_counter 2\nc 1\n");
  EXPECT_EQ(
      harness.self(R"(statsd_exporter_events_conflict_total{metric_name="c",type="counter"})"),
      R"(statsd_exporter_events_conflict_total{metric_name="c",type="counter"} 1)");
}

TEST(OnConflict, CallsWhatCountersMakeByItsType) {
  PipelineHarness harness(
      "mappings: [{match: a, name: n}, {match: b, name: n, as: gauge, on_conflict: suffix}]");

  harness.send("a:1|c\nb:-1|c");

  EXPECT_EQ(harness.samples(), "n 1\nn_gauge -1\n");
}

TEST(OnConflict, IsCountedWhereTheSuffixIsTakenToo) {
  PipelineHarness harness("defaults: {on_conflict: suffix}");

  harness.send("a:1|c\na_gauge:1|c\na:2|g\na:3|g");

  EXPECT_EQ(harness.samples(), "a 1\na_gauge 1\n");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_conflict_total{metric_name="a",type="gauge"})"),
            R"(statsd_exporter_events_conflict_total{metric_name="a",type="gauge"} 2)");
}

TEST(OnConflict, LeavesNamesToTheirTypesWhileTheyHaveSeries) {
  using namespace std::chrono_literals;
  PipelineHarness harness("defaults: {on_conflict: suffix, ttl: 10s}");
  harness.send("a:1|c\na:1|g");
  for (int i = 0; i < 4; ++i) {
    harness.pass(5s);
    harness.send("a:2|g");
  }
  EXPECT_EQ(harness.samples(), "a_gauge 2\n");

  harness.send("a:3|g|#x:1\na:4|c");
  EXPECT_EQ(harness.samples(), "a 4\na_gauge 2\na_gauge{x=\"1\"} 3\n");
  harness.pass(30s);
  harness.send("a:5|g\na:6|c");

  EXPECT_EQ(harness.samples(), "a 5\na_counter 6\n");
}

TEST(OnConflict, CountsWhatIsRefusedByTheNameThatItGot) {
  PipelineHarness harness(
      "mappings: [{match: a.*, name: a, labels: {x: $1}, on_conflict: suffix, max_series: 1}]");

  harness.send("a.1:1|c\na.1:1|g\na.2:1|g");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 1\na_gauge{x=\"1\"} 1\n");
  EXPECT_EQ(harness.self(R"(weir_events_refused_total{metric_name="a_gauge",type="gauge"})"),
            R"(weir_events_refused_total{metric_name="a_gauge",type="gauge"} 1)");
}

TEST(OnConflict, MakesNoSeriesLongerThanItMayBe) {
  PipelineOptions options;
  options.series_bytes_max = 7;
  PipelineHarness harness("defaults: {on_conflict: suffix}", options);

  harness.send("ab:1|c\nab:1|g\na:1|c\na:1|g");

  EXPECT_EQ(harness.samples(), "a 1\na_gauge 1\nab 1\n");
}

}  // namespace
}  // namespace weir::pipeline
