// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

TEST(Total, IsWhatItsCounterIsSetTo) {
  PipelineHarness harness("mappings: [{match: a.*, name: a, as: set, labels: {x: $1}}]");

  harness.send("a.1:1500|c\na.1:1500|c\na.2:7.5|c\na.1:1600|c");
  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 1600\na{x=\"2\"} 7.5\n");
  harness.send("a.1:20|c");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 20\na{x=\"2\"} 7.5\n") << "its sender began anew";
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_total{type="counter"})"),
            R"(statsd_exporter_events_total{type="counter"} 5)");
}

TEST(Total, IsScaledAndNotDividedByASamplingFactor) {
  PipelineHarness harness("mappings: [{match: a, name: a, as: set, scale: 0.5}]");

  harness.send("a:3000|c|@0.1");
  EXPECT_EQ(harness.samples(), "a 1500\n");
  harness.send("a:3002|c|@0.1\na:3004|c|@0.1:3006|c|@0.1");

  EXPECT_EQ(harness.samples(), "a 1503\n");
}

TEST(Total, IsRefusedWhereAnIncrementIs) {
  PipelineOptions options;
  options.refuses_non_finite_counters = true;
  PipelineHarness harness("mappings: [{match: a, name: a, as: set}]", options);

  harness.send("a:-1|c|@0.5\na:nan|c");
  EXPECT_EQ(harness.samples(), "");
  harness.send("a:5|c\na:-6|c\na:inf|c");

  EXPECT_EQ(harness.samples(), "a 5\n");
  EXPECT_EQ(
      harness.self(R"(statsd_exporter_events_error_total{reason="illegal_negative_counter"})"),
      R"(statsd_exporter_events_error_total{reason="illegal_negative_counter"} 2)");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_error_total{reason="non_finite_counter"})"),
            R"(statsd_exporter_events_error_total{reason="non_finite_counter"} 2)");
}

TEST(Total, NeverGoesToASeriesOfSeveral) {
  PipelineHarness harness(
      "mappings: [{match: a.*, name: a, as: set, labels: {x: $1}, max_series: 1}]");

  harness.send("a.1:10|c\na.2:20|c");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 10\n");
  EXPECT_EQ(harness.self(R"(weir_events_refused_total{metric_name="a",type="counter"})"),
            R"(weir_events_refused_total{metric_name="a",type="counter"} 1)");
}

TEST(Total, LeavesGaugesAndTimersOfItsRuleAlone) {
  PipelineHarness harness("mappings: [{match: '*', name: $1, as: set}]");

  harness.send("g:5|g\ng:+1|g\nt:1000|h\nt:1000|h|@0.5");

  const auto samples = harness.samples();
  EXPECT_EQ(samples.find("g 6\n"), 0U) << samples;
  EXPECT_NE(samples.find("t_count 3\n"), std::string::npos) << samples;
}

TEST(Total, TakesOverFromIncrementsWithAReload) {
  PipelineHarness harness("mappings: [{match: a, name: a}]");
  harness.send("a:5|c");

  harness.reload("mappings: [{match: a, name: a, as: set}]");
  harness.send("a:3|c");
  EXPECT_EQ(harness.samples(), "a 3\n");
  harness.reload("mappings: [{match: a, name: a}]");
  harness.send("a:2|c");

  EXPECT_EQ(harness.samples(), "a 5\n");
}

}  // namespace
}  // namespace weir::pipeline
