// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

using namespace std::chrono_literals;

TEST(Reload, UsesNewRulesForNamesItKnows) {
  PipelineHarness harness("mappings: [{match: a.*, name: old, labels: {x: $1}}]");
  harness.send("a.1:1|c");

  harness.reload("mappings: [{match: a.*, name: new, labels: {y: $1}}]");
  harness.send("a.1:1|c");

  EXPECT_EQ(harness.samples(), "new{y=\"1\"} 1\nold{x=\"1\"} 1\n");
}

TEST(Reload, GivesALiveSeriesTheTtlOfItsNewRule) {
  PipelineHarness harness("mappings: [{match: a, name: a, ttl: 1h}]");
  harness.send("a:1|c");

  harness.reload("mappings: [{match: a, name: a, ttl: 1s}]");
  harness.send("a:1|c");
  harness.pass(3s);

  EXPECT_EQ(harness.samples(), "");
}

constexpr const char* kOneBucket =
    "mappings: [{match: t.*, name: t, observer_type: histogram, histogram_options: {buckets: "
    "[1]}}]";
constexpr const char* kTwoBuckets =
    "mappings: [{match: t.*, name: t, observer_type: histogram, histogram_options: {buckets: [1, "
    "2]}}]";

TEST(Reload, ReplacesBucketsThatItChanged) {
  PipelineHarness harness(kOneBucket);
  harness.send("t.a:1|h|#k:1\nt.a:1|h|#k:2");

  harness.reload(kTwoBuckets);
  harness.pass(1s);
  EXPECT_EQ(harness.self("weir_definitions_replaced_total"), "weir_definitions_replaced_total 0")
      << "only a sample of the rule replaces anything";
  harness.send("t.a:2|h|#k:1");
  harness.pass(1s);

  EXPECT_EQ(harness.samples(),
            "t_bucket{k=\"1\",le=\"1\"} 0\nt_bucket{k=\"1\",le=\"2\"} 1\n"
            "t_bucket{k=\"1\",le=\"+Inf\"} 1\nt_sum{k=\"1\"} 2\nt_count{k=\"1\"} 1\n");
  EXPECT_EQ(harness.self("weir_definitions_replaced_total"), "weir_definitions_replaced_total 1");
}

TEST(Reload, KeepsWhatItDidNotChange) {
  PipelineHarness harness(kOneBucket);
  harness.send("t.a:1|h");

  harness.reload(std::string(kOneBucket) + "\n# nothing new\n");
  harness.send("t.a:1|h");

  EXPECT_EQ(harness.samples(),
            "t_bucket{le=\"1\"} 2\nt_bucket{le=\"+Inf\"} 2\nt_sum 2\nt_count 2\n");
}

TEST(Reload, ReplacesAnObserverTypeThatItChanged) {
  PipelineHarness harness(kOneBucket);
  harness.send("t.a:1|h");

  harness.reload(
      "mappings: [{match: t.*, name: t, observer_type: summary, "
      "summary_options: {quantiles: [{quantile: 0.5, error: 0.1}]}}]");
  harness.send("t.a:3|h");
  EXPECT_EQ(harness.samples(), "t{quantile=\"0.5\"} 3\nt_sum 3\nt_count 1\n")
      << "what is replaced must not show beside its successor";
  harness.pass(1s);

  EXPECT_EQ(harness.samples(), "t{quantile=\"0.5\"} 3\nt_sum 3\nt_count 1\n");
}

TEST(Reload, LeavesAFamilyToTheRuleThatMadeIt) {
  const std::string other =
      ", {match: o.*, name: t, observer_type: histogram, histogram_options: {buckets: [";
  const std::string one(kOneBucket, std::string_view(kOneBucket).size() - 1);
  PipelineHarness harness(one + other + "5]}}]");
  harness.send("t.a:1|h");

  harness.reload(one + other + "7]}}]");
  harness.send("o.a:1|h\nt.a:1|h");

  EXPECT_EQ(harness.samples(),
            "t_bucket{le=\"1\"} 3\nt_bucket{le=\"+Inf\"} 3\nt_sum 3\nt_count 3\n");
}

TEST(Reload, ReplacesWhatAVanishedRuleMade) {
  PipelineHarness harness(kOneBucket);
  harness.send("t.a:1|h");

  harness.reload(
      "mappings: [{match: t.a, name: t, observer_type: histogram, "
      "histogram_options: {buckets: [9]}}]");
  harness.send("t.a:1|h");
  harness.pass(1s);

  EXPECT_EQ(harness.samples(),
            "t_bucket{le=\"9\"} 1\nt_bucket{le=\"+Inf\"} 1\nt_sum 1\nt_count 1\n");
}

TEST(Reload, ReplacesDefaultsOfUnmappedNames) {
  PipelineHarness harness(
      "defaults: {observer_type: histogram, histogram_options: {buckets: [1]}}");
  harness.send("t:1|h");

  harness.reload("defaults: {observer_type: histogram, histogram_options: {buckets: [3]}}");
  harness.send("t:1|h");
  harness.pass(1s);

  EXPECT_EQ(harness.samples(),
            "t_bucket{le=\"3\"} 1\nt_bucket{le=\"+Inf\"} 1\nt_sum 1\nt_count 1\n");
}

TEST(Reload, MakesAGaugeOfALiveCounter) {
  PipelineHarness harness("mappings: [{match: a.*, name: a, labels: {x: $1}}]");
  harness.send("a.1:5|c\na.2:5|c");

  harness.reload("mappings: [{match: a.*, name: a, labels: {x: $1}, as: gauge}]");
  harness.send("a.1:-1|c");
  EXPECT_EQ(harness.samples(), "a{x=\"1\"} -1\n");
  harness.pass(1s);
  harness.send("a.2:2|c");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} -1\na{x=\"2\"} 2\n");
  EXPECT_EQ(harness.self("weir_definitions_replaced_total"), "weir_definitions_replaced_total 1");
}

TEST(Reload, MakesACounterOfALiveGaugeThatCountersMade) {
  PipelineHarness harness("mappings: [{match: a, name: a, as: gauge}]");
  harness.send("a:-5|c");

  harness.reload("mappings: [{match: a, name: a}]");
  harness.send("a:2|c");
  harness.pass(1s);

  EXPECT_EQ(harness.samples(), "a 2\n");
}

TEST(Reload, LeavesAGaugeThatWasSetToItsGauges) {
  PipelineHarness harness("mappings: [{match: a, name: a, as: gauge}]");
  harness.send("a:5|g");

  harness.reload("mappings: [{match: a, name: a}]");
  harness.send("a:2|c");

  EXPECT_EQ(harness.samples(), "a 5\n");
  EXPECT_EQ(
      harness.self(R"(statsd_exporter_events_conflict_total{metric_name="a",type="counter"})"),
      R"(statsd_exporter_events_conflict_total{metric_name="a",type="counter"} 1)");
}

TEST(Reload, LetsNoGaugeReplaceACounterWhoseRuleChanged) {
  PipelineHarness harness("mappings: [{match: a, name: a, help: x}]");
  harness.send("a:5|c");

  harness.reload("mappings: [{match: a, name: a, help: y}]");
  harness.send("a:2|g");

  EXPECT_EQ(harness.samples(), "a 5\n");
}

TEST(Reload, UsesANewLimitOfSeries) {
  const std::string rule = "mappings: [{match: a.*, name: a, labels: {x: $1}, max_series: ";
  PipelineHarness harness(rule + "1}]");
  harness.send("a.1:1|c\na.2:1|c");

  harness.reload(rule + "2}]");
  harness.send("a.2:1|c\na.3:1|c");
  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 1\na{x=\"2\"} 1\na{weir_overflow=\"true\"} 2\n");
  harness.reload(rule + "1}]");
  harness.send("a.2:1|c\na.4:1|c");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 1\na{x=\"2\"} 2\na{weir_overflow=\"true\"} 3\n");
}

TEST(Reload, UsesNewTagsAndUnits) {
  PipelineHarness harness("mappings: [{match: a, name: a, drop_tags: [x]}]");
  harness.send("a:1|ms|#x:1,y:2");

  harness.reload("mappings: [{match: a, name: a, rename_tags: {x: z}, unit: s}]");
  harness.send("a:1|ms|#x:1,y:2");

  const auto samples = harness.samples();
  EXPECT_NE(samples.find("a_sum{y=\"2\"} 0.001\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("a_sum{y=\"2\",z=\"1\"} 1\n"), std::string::npos) << samples;
}

TEST(Reload, LetsNoStraySampleReplaceAnotherType) {
  PipelineHarness harness("mappings: [{match: t, match_metric_type: observer, name: t, help: a}]");
  harness.send("t:1|h");

  harness.reload("mappings: [{match: t, match_metric_type: observer, name: t, help: b}]");
  harness.send("t:1|g");

  EXPECT_EQ(harness.self(R"(statsd_exporter_events_conflict_total{metric_name="t",type="gauge"})"),
            R"(statsd_exporter_events_conflict_total{metric_name="t",type="gauge"} 1)");
}

}  // namespace
}  // namespace weir::pipeline
