// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "pipeline_fixture.h"

namespace weir::pipeline {
namespace {

using namespace std::chrono_literals;

TEST(Reload, UsesNewRulesForNamesItKnows) {
  Bench bench("mappings: [{match: a.*, name: old, labels: {x: $1}}]");
  bench.send("a.1:1|c");

  bench.reload("mappings: [{match: a.*, name: new, labels: {y: $1}}]");
  bench.send("a.1:1|c");

  EXPECT_EQ(bench.samples(), "new{y=\"1\"} 1\nold{x=\"1\"} 1\n");
}

TEST(Reload, GivesALiveSeriesTheTtlOfItsNewRule) {
  Bench bench("mappings: [{match: a, name: a, ttl: 1h}]");
  bench.send("a:1|c");

  bench.reload("mappings: [{match: a, name: a, ttl: 1s}]");
  bench.send("a:1|c");
  bench.pass(3s);

  EXPECT_EQ(bench.samples(), "");
}

constexpr const char* kOneBucket =
    "mappings: [{match: t.*, name: t, observer_type: histogram, histogram_options: {buckets: "
    "[1]}}]";
constexpr const char* kTwoBuckets =
    "mappings: [{match: t.*, name: t, observer_type: histogram, histogram_options: {buckets: [1, "
    "2]}}]";

TEST(Reload, ReplacesBucketsThatItChanged) {
  Bench bench(kOneBucket);
  bench.send("t.a:1|h|#k:1\nt.a:1|h|#k:2");

  bench.reload(kTwoBuckets);
  bench.pass(1s);
  EXPECT_EQ(bench.self("weir_definitions_replaced_total"), "weir_definitions_replaced_total 0")
      << "only a sample of the rule replaces anything";
  bench.send("t.a:2|h|#k:1");
  bench.pass(1s);

  EXPECT_EQ(bench.samples(),
            "t_bucket{k=\"1\",le=\"1\"} 0\nt_bucket{k=\"1\",le=\"2\"} 1\n"
            "t_bucket{k=\"1\",le=\"+Inf\"} 1\nt_sum{k=\"1\"} 2\nt_count{k=\"1\"} 1\n");
  EXPECT_EQ(bench.self("weir_definitions_replaced_total"), "weir_definitions_replaced_total 1");
}

TEST(Reload, KeepsWhatItDidNotChange) {
  Bench bench(kOneBucket);
  bench.send("t.a:1|h");

  bench.reload(std::string(kOneBucket) + "\n# nothing new\n");
  bench.send("t.a:1|h");

  EXPECT_EQ(bench.samples(), "t_bucket{le=\"1\"} 2\nt_bucket{le=\"+Inf\"} 2\nt_sum 2\nt_count 2\n");
}

TEST(Reload, ReplacesAnObserverTypeThatItChanged) {
  Bench bench(kOneBucket);
  bench.send("t.a:1|h");

  bench.reload(
      "mappings: [{match: t.*, name: t, observer_type: summary, "
      "summary_options: {quantiles: [{quantile: 0.5, error: 0.1}]}}]");
  bench.send("t.a:3|h");
  EXPECT_EQ(bench.samples(), "t{quantile=\"0.5\"} 3\nt_sum 3\nt_count 1\n")
      << "what is replaced must not show beside its successor";
  bench.pass(1s);

  EXPECT_EQ(bench.samples(), "t{quantile=\"0.5\"} 3\nt_sum 3\nt_count 1\n");
}

TEST(Reload, LeavesAFamilyToTheRuleThatMadeIt) {
  const std::string other =
      ", {match: o.*, name: t, observer_type: histogram, histogram_options: {buckets: [";
  const std::string one(kOneBucket, std::string_view(kOneBucket).size() - 1);
  Bench bench(one + other + "5]}}]");
  bench.send("t.a:1|h");

  bench.reload(one + other + "7]}}]");
  bench.send("o.a:1|h\nt.a:1|h");

  EXPECT_EQ(bench.samples(), "t_bucket{le=\"1\"} 3\nt_bucket{le=\"+Inf\"} 3\nt_sum 3\nt_count 3\n");
}

TEST(Reload, ReplacesWhatAVanishedRuleMade) {
  Bench bench(kOneBucket);
  bench.send("t.a:1|h");

  bench.reload(
      "mappings: [{match: t.a, name: t, observer_type: histogram, "
      "histogram_options: {buckets: [9]}}]");
  bench.send("t.a:1|h");
  bench.pass(1s);

  EXPECT_EQ(bench.samples(), "t_bucket{le=\"9\"} 1\nt_bucket{le=\"+Inf\"} 1\nt_sum 1\nt_count 1\n");
}

TEST(Reload, ReplacesDefaultsOfUnmappedNames) {
  Bench bench("defaults: {observer_type: histogram, histogram_options: {buckets: [1]}}");
  bench.send("t:1|h");

  bench.reload("defaults: {observer_type: histogram, histogram_options: {buckets: [3]}}");
  bench.send("t:1|h");
  bench.pass(1s);

  EXPECT_EQ(bench.samples(), "t_bucket{le=\"3\"} 1\nt_bucket{le=\"+Inf\"} 1\nt_sum 1\nt_count 1\n");
}

TEST(Reload, MakesAGaugeOfALiveCounter) {
  Bench bench("mappings: [{match: a.*, name: a, labels: {x: $1}}]");
  bench.send("a.1:5|c\na.2:5|c");

  bench.reload("mappings: [{match: a.*, name: a, labels: {x: $1}, as: gauge}]");
  bench.send("a.1:-1|c");
  EXPECT_EQ(bench.samples(), "a{x=\"1\"} -1\n");
  bench.pass(1s);
  bench.send("a.2:2|c");

  EXPECT_EQ(bench.samples(), "a{x=\"1\"} -1\na{x=\"2\"} 2\n");
  EXPECT_EQ(bench.self("weir_definitions_replaced_total"), "weir_definitions_replaced_total 1");
}

TEST(Reload, MakesACounterOfALiveGaugeThatCountersMade) {
  Bench bench("mappings: [{match: a, name: a, as: gauge}]");
  bench.send("a:-5|c");

  bench.reload("mappings: [{match: a, name: a}]");
  bench.send("a:2|c");
  bench.pass(1s);

  EXPECT_EQ(bench.samples(), "a 2\n");
}

TEST(Reload, LeavesAGaugeThatWasSetToItsGauges) {
  Bench bench("mappings: [{match: a, name: a, as: gauge}]");
  bench.send("a:5|g");

  bench.reload("mappings: [{match: a, name: a}]");
  bench.send("a:2|c");

  EXPECT_EQ(bench.samples(), "a 5\n");
  EXPECT_EQ(bench.self(R"(statsd_exporter_events_conflict_total{metric_name="a",type="counter"})"),
            R"(statsd_exporter_events_conflict_total{metric_name="a",type="counter"} 1)");
}

TEST(Reload, LetsNoGaugeReplaceACounterWhoseRuleChanged) {
  Bench bench("mappings: [{match: a, name: a, help: x}]");
  bench.send("a:5|c");

  bench.reload("mappings: [{match: a, name: a, help: y}]");
  bench.send("a:2|g");

  EXPECT_EQ(bench.samples(), "a 5\n");
}

TEST(Reload, UsesANewLimitOfSeries) {
  const std::string rule = "mappings: [{match: a.*, name: a, labels: {x: $1}, max_series: ";
  Bench bench(rule + "1}]");
  bench.send("a.1:1|c\na.2:1|c");

  bench.reload(rule + "2}]");
  bench.send("a.2:1|c\na.3:1|c");
  EXPECT_EQ(bench.samples(), "a{x=\"1\"} 1\na{x=\"2\"} 1\na{weir_overflow=\"true\"} 2\n");
  bench.reload(rule + "1}]");
  bench.send("a.2:1|c\na.4:1|c");

  EXPECT_EQ(bench.samples(), "a{x=\"1\"} 1\na{x=\"2\"} 2\na{weir_overflow=\"true\"} 3\n");
}

TEST(Reload, UsesNewTagsAndUnits) {
  Bench bench("mappings: [{match: a, name: a, drop_tags: [x]}]");
  bench.send("a:1|ms|#x:1,y:2");

  bench.reload("mappings: [{match: a, name: a, rename_tags: {x: z}, unit: s}]");
  bench.send("a:1|ms|#x:1,y:2");

  const auto samples = bench.samples();
  EXPECT_NE(samples.find("a_sum{y=\"2\"} 0.001\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("a_sum{y=\"2\",z=\"1\"} 1\n"), std::string::npos) << samples;
}

TEST(Reload, LetsNoStraySampleReplaceAnotherType) {
  Bench bench("mappings: [{match: t, match_metric_type: observer, name: t, help: a}]");
  bench.send("t:1|h");

  bench.reload("mappings: [{match: t, match_metric_type: observer, name: t, help: b}]");
  bench.send("t:1|g");

  EXPECT_EQ(bench.self(R"(statsd_exporter_events_conflict_total{metric_name="t",type="gauge"})"),
            R"(statsd_exporter_events_conflict_total{metric_name="t",type="gauge"} 1)");
}

}  // namespace
}  // namespace weir::pipeline
