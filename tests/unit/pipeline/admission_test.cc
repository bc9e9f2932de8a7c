// SPDX-License-Identifier: Apache-2.0
#include "pipeline/admission.h"

#include <chrono>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

constexpr const char* kTwoSeries =
    "mappings: [{match: a.*, name: a, labels: {x: $1}, max_series: 2}]";

TEST(MaxSeries, SendsWhatIsMoreToTheOverflowSeries) {
  PipelineHarness harness(kTwoSeries);

  harness.send("a.1:1|c\na.2:2|c\na.3:4|c\na.4:8|c\na.1:16|c");
  harness.send("a.3:32|c");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 17\na{x=\"2\"} 2\na{weir_overflow=\"true\"} 44\n");
  EXPECT_EQ(harness.self(R"(weir_events_overflowed_total{metric_name="a",type="counter"})"),
            R"(weir_events_overflowed_total{metric_name="a",type="counter"} 3)");
}

TEST(MaxSeries, RefusesGauges) {
  PipelineHarness harness(kTwoSeries);

  harness.send("a.1:1|g\na.2:2|g\na.3:4|g");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 1\na{x=\"2\"} 2\n");
  EXPECT_EQ(harness.self(R"(weir_events_refused_total{metric_name="a",type="gauge"})"),
            R"(weir_events_refused_total{metric_name="a",type="gauge"} 1)");
}

TEST(MaxSeries, IsThereAgainForAllWhenOneExpires) {
  PipelineHarness harness(
      "mappings: [{match: a.*, name: a, labels: {x: $1}, max_series: 2, ttl: 10s}, "
      "{match: b, name: b}]");
  harness.send("a.1:1|c\na.2:1|c\na.3:1|c");

  harness.pass(std::chrono::seconds(6));
  harness.send("a.2:1|c\na.3:1|c");
  harness.pass(std::chrono::seconds(6));
  harness.send("a.3:1|c\na.4:1|c");

  EXPECT_EQ(harness.samples(), "a{x=\"2\"} 2\na{x=\"3\"} 1\na{weir_overflow=\"true\"} 3\n")
      << "the overflow series takes nobody's place";
}

TEST(MaxSeries, OverflowsAnewOnceItsOverflowSeriesHasExpired) {
  PipelineHarness harness(
      "mappings: [{match: a.*, name: a, labels: {x: $1}, max_series: 1, ttl: 10s}, "
      "{match: b, name: b}]");
  harness.send("a.1:1|c\na.2:2|c");
  harness.pass(std::chrono::seconds(6));
  harness.send("a.1:1|c");
  harness.pass(std::chrono::seconds(6));

  // Takes the memory that the overflow series gave back.
  harness.send("b:100|c");
  harness.send("a.3:4|c\na.1:1|c\nb:1|c");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 3\na{weir_overflow=\"true\"} 4\nb 101\n");
}

TEST(MaxSeries, CountsWhatOtherRulesMadeOfItsMetric) {
  PipelineHarness harness(
      "mappings: [{match: a.*, name: n, labels: {x: $1}, max_series: 2}, "
      "{match: b.*, name: n, labels: {x: $1}}]");

  harness.send("b.1:1|c\na.2:1|c\na.3:1|c\nb.4:1|c\na.4:1|c");

  EXPECT_EQ(harness.samples(),
            "n{x=\"1\"} 1\nn{x=\"2\"} 1\nn{x=\"4\"} 2\nn{weir_overflow=\"true\"} 1\n");
}

TEST(MaxSeries, IsAskedAnewForEachRuleWhenASeriesExpires) {
  PipelineHarness harness(
      "mappings: [{match: a.*, name: n, labels: {x: $1}, max_series: 1, ttl: 10s}, "
      "{match: b.*, name: n, labels: {x: $1}, max_series: 2, ttl: 10s}]");
  harness.send("b.1:1|c\nb.2:1|c\nb.3:1|c\na.4:1|c");
  harness.pass(std::chrono::seconds(6));
  harness.send("b.2:1|c\nb.3:1|c\na.4:1|c");
  harness.pass(std::chrono::seconds(6));

  // The room that the first rule does not have is there for the second.
  harness.send("a.4:1|c\nb.3:1|c");

  EXPECT_EQ(harness.samples(), "n{x=\"2\"} 2\nn{x=\"3\"} 1\nn{weir_overflow=\"true\"} 5\n");
}

TEST(MaxSeries, YieldsToTheBudgetOfAllFamilies) {
  PipelineHarness harness(kTwoSeries, {}, {.series_per_family_max = 1});

  harness.send("a.1:1|c\na.2:1|c");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 1\na{weir_overflow=\"true\"} 1\n");
}

}  // namespace
}  // namespace weir::pipeline
