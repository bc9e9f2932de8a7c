// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/treatment.h"

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

TEST(DroppedTags, BecomeNoLabels) {
  PipelineHarness harness("mappings: [{match: a, name: a, drop_tags: [host, 'job_*']}]");

  harness.send("a:1|c|#host:x,job_id:7,env:live");
  harness.send("a,host=y,job_name=z,env=live:1|c");

  EXPECT_EQ(harness.samples(), "a{env=\"live\"} 2\n");
}

TEST(DroppedTags, LeaveTheLabelsOfTheRule) {
  PipelineHarness harness(
      "mappings: [{match: a.*, name: a, drop_tags: ['*'], labels: {host: $1}}]");

  harness.send("a.b:1|c|#host:x,env:live");

  EXPECT_EQ(harness.samples(), "a{host=\"b\"} 1\n");
}

TEST(DroppedTags, AreComparedAsSent) {
  PipelineHarness harness("mappings: [{match: a, name: a, drop_tags: [job.id, env_x]}]");

  harness.send("a:1|c|#job.id:1,env-x:2");

  EXPECT_EQ(harness.samples(), "a{env_x=\"2\"} 1\n");
}

TEST(DroppedTags, MayHaveReservedNames) {
  PipelineHarness harness("mappings: [{match: a, name: a, drop_tags: [__name__]}]");

  harness.send("a:1|c|#__name__:b");

  EXPECT_EQ(harness.samples(), "a 1\n");
}

TEST(DroppedTags, CountAsTagsAllTheSame) {
  PipelineHarness harness("mappings: [{match: a, name: a, drop_tags: ['*']}]");

  harness.send("a:1|c|#host:x,broken");

  EXPECT_EQ(harness.self("statsd_exporter_tags_total"), "statsd_exporter_tags_total 1");
  EXPECT_EQ(harness.self("statsd_exporter_tag_errors_total"), "statsd_exporter_tag_errors_total 1");
}

TEST(DroppedTags, DoNotCountAgainstTheLabelsOfASeries) {
  PipelineOptions options;
  options.labels_max = 2;
  PipelineHarness harness("mappings: [{match: a, name: a, drop_tags: ['x*']}]", options);

  harness.send("a:1|c|#x1:1,x2:2,x3:3,b:4,c:5");

  EXPECT_EQ(harness.samples(), "a{b=\"4\",c=\"5\"} 1\n");
}

TEST(TagLimit, ReadsFourTimesAsManyTagsAsLabels) {
  PipelineOptions options;
  options.labels_max = 2;
  PipelineHarness harness("", options);

  harness.send("f:1|c|#a:1,a:2,a:3,a:4,a:5,a:6,a:7,b:8");
  harness.send("f:1|c|#a:1,a:2,a:3,a:4,a:5,a:6,a:7,a:8,b:9");

  EXPECT_EQ(harness.self(R"(statsd_exporter_events_error_total{reason="too_many_labels"})"),
            R"(statsd_exporter_events_error_total{reason="too_many_labels"} 1)");
  EXPECT_EQ(harness.samples(), "f{a=\"7\",b=\"8\"} 1\n");
}

TEST(DefaultTagRules, HoldForMetricsWithoutARule) {
  PipelineHarness harness(
      "defaults: {drop_tags: [host, 'job_*'], rename_tags: {service.name: service}}");

  harness.send("a:1|c|#host:x,job_id:7,service.name:mail");
  harness.send("a,host=y,service.name=mail:1|c");

  EXPECT_EQ(harness.samples(), "a{service=\"mail\"} 2\n");
}

TEST(DefaultTagRules, GiveWayToThoseOfARule) {
  PipelineHarness harness(
      "defaults: {drop_tags: [host], rename_tags: {x: y}}\n"
      "mappings: [{match: a, name: a}, {match: b, name: b, drop_tags: [], rename_tags: {x: z}}]");

  harness.send("a:1|c|#host:h,x:1\nb:1|c|#host:h,x:1");

  EXPECT_EQ(harness.samples(), "a{y=\"1\"} 1\nb{host=\"h\",z=\"1\"} 1\n");
}

TEST(DefaultTagRules, ReachUnmappedMetricsWithAReload) {
  PipelineHarness harness;
  harness.send("a:1|c|#host:x");

  harness.reload("defaults: {drop_tags: [host]}");
  harness.send("a:1|c|#host:x");

  EXPECT_EQ(harness.samples(), "a 1\na{host=\"x\"} 1\n");
}

TEST(RenamedTags, BecomeLabelsOfTheirNewNames) {
  PipelineHarness harness(
      "mappings: [{match: a, name: a, rename_tags: {job.id: job, quantile: q}}]");

  harness.send("a:1|ms|#job.id:7,quantile:half");

  EXPECT_NE(harness.samples().find("a_count{job=\"7\",q=\"half\"} 1\n"), std::string::npos)
      << harness.samples();
}

TEST(RenamedTags, GiveWayToTheLastOfTheirName) {
  PipelineHarness harness("mappings: [{match: a, name: a, rename_tags: {x: y}}]");

  harness.send("a:1|c|#x:1,y:2");
  harness.send("a:1|c|#y:3,x:4");

  EXPECT_EQ(harness.samples(), "a{y=\"2\"} 1\na{y=\"4\"} 1\n");
}

TEST(RenamedTags, LoseToLabelsOfTheRuleUnlessHonoured) {
  const std::string rule = "mappings: [{match: a, name: a, rename_tags: {x: y}, labels: {y: rule}";
  PipelineHarness harness(rule + "}]");

  harness.send("a:1|c|#x:tag");
  harness.reload(rule + ", honor_labels: true}]");
  harness.send("a:1|c|#x:tag");

  EXPECT_EQ(harness.samples(), "a{y=\"rule\"} 1\na{y=\"tag\"} 1\n");
}

constexpr const char* kUnits =
    "defaults: {observer_type: summary, summary_options: {quantiles: [{quantile: 0.5, error: "
    "0}]}}\n"
    "mappings:\n"
    "- {match: s, name: s, unit: s}\n"
    "- {match: ms, name: ms, unit: ms}\n"
    "- {match: us, name: us, unit: us}\n"
    "- {match: scaled, name: scaled, unit: us, scale: 1000}\n";

TEST(TimerUnit, SaysWhatAValueIs) {
  PipelineHarness harness(kUnits);

  harness.send("s:0.3|ms\nms:0.3|ms\nus:3|ms\nscaled:3|ms\nother:0.3|ms");

  const auto samples = harness.samples();
  EXPECT_NE(samples.find("\ns_sum 0.3\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("\nms_sum 0.0003\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("\nus_sum 3e-06\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("\nscaled_sum 0.003\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("\nother_sum 0.0003\n"), std::string::npos) << samples;
}

TEST(TimerUnit, IsDividedByAndThenScaled) {
  PipelineHarness harness("mappings: [{match: a, name: a, unit: us, scale: 0.7}]");

  harness.send("a:2.9|ms");

  const double expected = 2.9 / 1e6 * 0.7;
  ASSERT_NE(expected, 2.9 * (0.7 / 1e6));
  EXPECT_NE(harness.samples().find(fmt::format("a_sum {}\n", expected)), std::string::npos)
      << harness.samples();
}

TEST(TimerUnit, LeavesOtherSamplesAlone) {
  PipelineHarness harness("mappings: [{match: '*', name: $1, unit: us}]");

  harness.send("h:3|h\nd:3|d\ng:3|g\nc:3|c");

  const auto samples = harness.samples();
  EXPECT_NE(samples.find("\nh_sum 3\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("\nd_sum 3\n"), std::string::npos) << samples;
  EXPECT_NE(samples.find("\ng 3\n"), std::string::npos) << samples;
  EXPECT_EQ(samples.find("c 3\n"), 0U) << samples;
}

TEST(UpAndDownCounter, AddsUpInAGauge) {
  PipelineHarness harness("mappings: [{match: a.*, name: a, as: gauge, labels: {x: $1}}]");

  harness.send("a.1:5|c\na.1:-7|c\na.1:1|c|@0.5\na.2:-1|c");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 0\na{x=\"2\"} -1\n");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_total{type="counter"})"),
            R"(statsd_exporter_events_total{type="counter"} 4)");
}

TEST(UpAndDownCounter, IsScaled) {
  PipelineHarness harness("mappings: [{match: a, name: a, as: gauge, scale: -2}]");

  harness.send("a:5|c\na:-1|c");

  EXPECT_EQ(harness.samples(), "a -8\n");
}

TEST(UpAndDownCounter, SharesItsGaugeWithGauges) {
  PipelineHarness harness("mappings: [{match: a, name: a, as: gauge}]");

  harness.send("a:5|c\na:10|g\na:-3|c\na:+1|g");

  EXPECT_EQ(harness.samples(), "a 8\n");
}

TEST(UpAndDownCounter, ConflictsWithACounterOfItsName) {
  PipelineHarness harness("mappings: [{match: a, name: n, as: gauge}, {match: b, name: n}]");

  harness.send("a:-5|c\nb:1|c");

  EXPECT_EQ(harness.samples(), "n -5\n");
  EXPECT_EQ(
      harness.self(R"(statsd_exporter_events_conflict_total{metric_name="n",type="counter"})"),
      R"(statsd_exporter_events_conflict_total{metric_name="n",type="counter"} 1)");
}

TEST(UpAndDownCounter, RefusesNonFiniteIncrementsWhereCountersDo) {
  PipelineOptions options;
  options.refuses_non_finite_counters = true;
  PipelineHarness harness("mappings: [{match: a, name: a, as: gauge}]", options);

  harness.send("a:nan|c\na:-5|c\na:-inf|c");

  EXPECT_EQ(harness.samples(), "a -5\n");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_error_total{reason="non_finite_counter"})"),
            R"(statsd_exporter_events_error_total{reason="non_finite_counter"} 2)");
}

}  // namespace
}  // namespace weir::pipeline
