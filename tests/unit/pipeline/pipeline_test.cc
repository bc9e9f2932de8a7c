// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/pipeline.h"

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

using namespace std::chrono_literals;

TEST(Pipeline, KeepsEveryKind) {
  PipelineHarness harness;

  harness.send("c:1|c\nc:2|c\ng:5|g\ng:-2|g\nt:320|ms\nh:4|h");

  EXPECT_EQ(
      harness.samples(),
      "c 3\n"
      "g 3\n"
      "h{quantile=\"0.5\"} 4\nh{quantile=\"0.9\"} 4\nh{quantile=\"0.99\"} 4\nh_sum 4\nh_count 1\n"
      "t{quantile=\"0.5\"} 0.32\nt{quantile=\"0.9\"} 0.32\nt{quantile=\"0.99\"} 0.32\n"
      "t_sum 0.32\nt_count 1\n");
}

TEST(Pipeline, CountsAgainOnEachHitWhatItFoundOutOnce) {
  PipelineHarness harness(
      "mappings: [{match: 'a.*', name: 'a', labels: {x: $1}}, {match: 'd.*', action: drop, name: "
      "d}]");

  for (int i = 0; i < 3; ++i) harness.send("a.b:1|c|#t:v,bad\nd.x:1|c\nu:1|c");

  EXPECT_EQ(harness.samples(), "a{t=\"v\",x=\"b\"} 3\nu 3\n");
  EXPECT_EQ(harness.self("statsd_exporter_tags_total"), "statsd_exporter_tags_total 3");
  EXPECT_EQ(harness.self("statsd_exporter_tag_errors_total"), "statsd_exporter_tag_errors_total 3");
  EXPECT_EQ(harness.self("statsd_exporter_events_unmapped_total"),
            "statsd_exporter_events_unmapped_total 3");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_actions_total{action="drop"})"),
            R"(statsd_exporter_events_actions_total{action="drop"} 3)");
  EXPECT_EQ(harness.self("statsd_metric_mapper_cache_gets_total"),
            "statsd_metric_mapper_cache_gets_total 9");
  EXPECT_EQ(harness.self("statsd_metric_mapper_cache_hits_total"),
            "statsd_metric_mapper_cache_hits_total 6");
}

TEST(Pipeline, ChoosesARuleByTheTagsOfEachIdentity) {
  PipelineHarness harness(
      "mappings: [{match: a.**, name: live, match_tags: {env: 'l*'}}, {match: a.*, name: rest}]");

  for (int i = 0; i < 2; ++i) {
    harness.send(
        "a.b:1|c|#env:live\na.b:1|c|#env:test\na.b:1|c\na,env=live.b:1|c\na.b,env=low:1|c");
  }

  EXPECT_EQ(harness.samples(),
            "a{env=\"live.b\"} 2\n"
            "live{env=\"live\"} 2\nlive{env=\"low\"} 2\n"
            "rest 2\nrest{env=\"test\"} 2\n");
}

TEST(Pipeline, ChoosesAnewAfterAReloadThatChangesOnlyTags) {
  PipelineHarness harness("mappings: [{match: a, name: live, match_tags: {env: live}}]");
  harness.send("a:1|c|#env:test");

  harness.reload("mappings: [{match: a, name: live, match_tags: {env: test}}]");
  harness.send("a:1|c|#env:test");

  EXPECT_EQ(harness.samples(), "a{env=\"test\"} 1\nlive{env=\"test\"} 1\n");
}

TEST(Pipeline, CountsMalformedNameTagsOncePerLine) {
  PipelineHarness harness;

  harness.send("foo#a=b,c:1|c:2|c");
  harness.send("foo#a=b,c:1|c:2|c");
  harness.send("foo#a=b,c:x|c");

  EXPECT_EQ(harness.self("statsd_exporter_tag_errors_total"), "statsd_exporter_tag_errors_total 3");
  EXPECT_EQ(harness.samples(), "foo{a=\"b\"} 6\n");
}

TEST(Pipeline, DividesTimersThenScales) {
  PipelineHarness harness(
      "mappings: [{match: t, name: t, scale: 1e-6, observer_type: histogram, "
      "histogram_options: {buckets: [1]}}]");

  harness.send("t:4|ms");

  // Scaled first, it were 3.9999999999999994e-09.
  EXPECT_EQ(harness.samples(),
            "t_bucket{le=\"1\"} 1\nt_bucket{le=\"+Inf\"} 1\nt_sum 4e-09\nt_count 1\n");
}

TEST(Pipeline, CountsAWeightAsSoManyEvents) {
  PipelineHarness harness;

  harness.send("t:100|ms|@0.1\nt:100|ms|@0.1");

  EXPECT_EQ(harness.self(R"(statsd_exporter_events_total{type="observer"})"),
            R"(statsd_exporter_events_total{type="observer"} 20)");
  EXPECT_EQ(harness.self("statsd_exporter_events_unmapped_total"),
            "statsd_exporter_events_unmapped_total 20");
  EXPECT_EQ(harness.self("statsd_metric_mapper_cache_gets_total"),
            "statsd_metric_mapper_cache_gets_total 20");
  EXPECT_EQ(harness.self("statsd_metric_mapper_cache_hits_total"),
            "statsd_metric_mapper_cache_hits_total 19")
      << "all but the first found the name there";
}

TEST(Pipeline, CapsWeights) {
  PipelineOptions options;
  options.parser.sampling_weight_max = 10;
  PipelineHarness harness("", options);

  harness.send("t:1|h|@0.0001");

  EXPECT_EQ(harness.self("weir_sampling_weights_capped_total"),
            "weir_sampling_weights_capped_total 1");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_total{type="observer"})"),
            R"(statsd_exporter_events_total{type="observer"} 10)");
}

TEST(Pipeline, CountsConflictsByName) {
  PipelineHarness harness;

  harness.send("foo:1|c\nfoo:1|g\nfoo:2|g");

  EXPECT_EQ(
      harness.self(R"(statsd_exporter_events_conflict_total{metric_name="foo",type="gauge"})"),
      R"(statsd_exporter_events_conflict_total{metric_name="foo",type="gauge"} 2)");
  EXPECT_EQ(harness.samples(), "foo 1\n");
}

TEST(Pipeline, TakesANameOnceItIsFree) {
  PipelineHarness harness("defaults: {ttl: 1s}");
  harness.send("foo:1|c\nfoo:1|g");
  harness.pass(3s);

  harness.send("foo:7|g");

  EXPECT_EQ(harness.samples(), "foo 7\n");
}

TEST(Pipeline, FindsASeriesAgainAfterItExpired) {
  PipelineHarness harness("defaults: {ttl: 1s}");
  harness.send("foo:5|c");
  harness.pass(3s);

  harness.send("foo:2|c");

  EXPECT_EQ(harness.samples(), "foo 2\n");
}

TEST(Pipeline, RefusesNegativeCounters) {
  PipelineHarness harness;

  harness.send("foo:-1|c\nfoo:3|c");

  EXPECT_EQ(
      harness.self(R"(statsd_exporter_events_error_total{reason="illegal_negative_counter"})"),
      R"(statsd_exporter_events_error_total{reason="illegal_negative_counter"} 1)");
  EXPECT_EQ(harness.samples(), "foo 3\n");
}

TEST(Pipeline, MakesNoSeriesForACounterThatNeverCounted) {
  PipelineHarness harness;

  harness.send("foo:-1|c\nfoo:-1|c");
  EXPECT_EQ(harness.samples(), "");

  harness.send("foo:0|c\nfoo:-1|c");
  EXPECT_EQ(harness.samples(), "foo 0\n");
  EXPECT_EQ(
      harness.self(R"(statsd_exporter_events_error_total{reason="illegal_negative_counter"})"),
      R"(statsd_exporter_events_error_total{reason="illegal_negative_counter"} 3)");
}

struct BadLabels {
  const char* name;
  const char* line;
  const char* reason;
};

class PipelineBadLabels : public testing::TestWithParam<BadLabels> {};

TEST_P(PipelineBadLabels, AreCountedAndLeaveTheScrapeAlone) {
  PipelineHarness harness;

  harness.send(GetParam().line);
  harness.send(GetParam().line);

  const std::string metric =
      std::string("statsd_exporter_events_error_total{reason=\"") + GetParam().reason + "\"}";
  EXPECT_EQ(harness.self(metric), metric + " 2");
  EXPECT_EQ(harness.samples(), "");
}

INSTANTIATE_TEST_SUITE_P(
    , PipelineBadLabels,
    testing::Values(BadLabels{"Quantile", "f:1|ms|#quantile:1", "reserved_label"},
                    BadLabels{"DoubleUnderscore", "f:1|c|#__x:1", "reserved_label"},
                    BadLabels{"EscapedToDoubleUnderscore", "f:1|c|#..x:1", "reserved_label"},
                    BadLabels{"EmptyName", "#a=b:1|c", "empty_metric_name"}),
    [](const auto& row) { return row.param.name; });

TEST(Pipeline, TakesLeAsALabelOfASummary) {
  PipelineHarness harness;

  harness.send("f:1000|ms|#le:1");

  EXPECT_EQ(harness.self(R"(statsd_exporter_events_error_total{reason="reserved_label"})"), "");
  EXPECT_EQ(harness.samples(),
            "f{le=\"1\",quantile=\"0.5\"} 1\nf{le=\"1\",quantile=\"0.9\"} 1\n"
            "f{le=\"1\",quantile=\"0.99\"} 1\nf_sum{le=\"1\"} 1\nf_count{le=\"1\"} 1\n");
}

TEST(Pipeline, TakesReservedLabelsOfOtherTypes) {
  PipelineHarness harness;

  harness.send("f:1|g|#le:1,quantile:2");

  EXPECT_EQ(harness.samples(), "f{le=\"1\",quantile=\"2\"} 1\n");
}

TEST(Pipeline, CountersDoNotWrap) {
  for (const auto writers : {metrics::Writers::One, metrics::Writers::Several}) {
    PipelineOptions options;
    options.writers = writers;
    PipelineHarness harness("", options);

    for (int i = 0; i < 20; ++i) harness.send("foo:1000000000000000000|c");

    EXPECT_EQ(harness.samples(), "foo 2e+19\n");
  }
}

TEST(Pipeline, BoundsLabels) {
  PipelineOptions options;
  options.labels_max = 2;
  options.series_bytes_max = 64;
  PipelineHarness harness("", options);
  std::string many = "f:1|c|#";
  for (int i = 0; i < 1000; ++i) many += "t" + std::to_string(i) + ":v,";

  harness.send("f:1|c|#a:1,b:2,c:3");
  harness.send(many);
  harness.send("f:1|c|#a:" + std::string(100, 'x'));
  harness.send("f:1|c|#a:1,a:2,a:3,b:1");

  EXPECT_EQ(harness.self(R"(statsd_exporter_events_error_total{reason="too_many_labels"})"),
            R"(statsd_exporter_events_error_total{reason="too_many_labels"} 2)");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_error_total{reason="series_too_long"})"),
            R"(statsd_exporter_events_error_total{reason="series_too_long"} 1)");
  EXPECT_EQ(harness.samples(), "f{a=\"3\",b=\"1\"} 1\n");
}

TEST(Pipeline, LetsMappingLabelsWinUnlessTagsAreHonoured) {
  PipelineHarness harness(
      "mappings: [{match: a.*, name: a, labels: {x: $1}}, "
      "{match: b.*, name: b, labels: {x: $1, y: m}, honor_labels: true}]");

  harness.send("a.m:1|c|#x:tag\nb.m:1|c|#x:tag");

  EXPECT_EQ(harness.samples(), "a{x=\"m\"} 1\nb{x=\"tag\",y=\"m\"} 1\n");
}

TEST(Pipeline, KeepsTheLabelsOfOneEventOutOfTheNext) {
  PipelineHarness harness(
      "mappings: [{match: foo.*, match_metric_type: counter, name: foo_c, labels: {x: $1}}]");

  harness.send("foo.a:1|c:2|g");

  EXPECT_EQ(harness.samples(), "foo_a 2\nfoo_c{x=\"a\"} 1\n");
}

TEST(Pipeline, CountsOverflowAndRefusal) {
  PipelineHarness harness("", {}, {.series_max = 2, .series_per_family_max = 100});

  harness.send("foo:1|c|#a:1\ngauge:1|g");
  harness.send("foo:5|c|#a:2\nfoo:5|c|#a:3\nfoo:5|c|#a:2");
  harness.send("gauge:1|g|#a:2\nnew:1|c");

  EXPECT_EQ(harness.samples(), "foo{a=\"1\"} 1\nfoo{weir_overflow=\"true\"} 15\ngauge 1\n");
  EXPECT_EQ(harness.self(R"(weir_events_overflowed_total{metric_name="foo",type="counter"})"),
            R"(weir_events_overflowed_total{metric_name="foo",type="counter"} 3)");
  EXPECT_EQ(harness.self(R"(weir_events_refused_total{metric_name="gauge",type="gauge"})"),
            R"(weir_events_refused_total{metric_name="gauge",type="gauge"} 1)");
  EXPECT_EQ(harness.self(R"(weir_events_refused_total{metric_name="new",type="counter"})"),
            R"(weir_events_refused_total{metric_name="new",type="counter"} 1)");
}

TEST(Pipeline, CountsOverflowByItsWeight) {
  PipelineHarness harness("", {}, {.series_max = 1});

  harness.send("t:1|h|#a:1");
  harness.send("t:1|h|@0.1|#a:2");
  harness.send("t:1|h|@0.1|#a:2");

  EXPECT_EQ(harness.self(R"(weir_events_overflowed_total{metric_name="t",type="observer"})"),
            R"(weir_events_overflowed_total{metric_name="t",type="observer"} 20)");
}

TEST(Pipeline, BoundsTheNamesItCountsApart) {
  PipelineOptions options;
  options.refused_names_max = 2;
  PipelineHarness harness("", options, {.series_max = 1});
  harness.send("first:1|c");

  for (int i = 0; i < 10; ++i) harness.send("name" + std::to_string(i) + ":1|c");

  EXPECT_EQ(harness.self(R"(weir_events_refused_total{metric_name="weir_other",type="counter"})"),
            R"(weir_events_refused_total{metric_name="weir_other",type="counter"} 8)");
}

TEST(Pipeline, ServesNamesItCannotRemember) {
  PipelineOptions options;
  options.bindings_max = 2;
  PipelineHarness harness("", options);

  for (int i = 0; i < 3; ++i) harness.send("a:1|c\nb:1|c\nc:1|c");

  EXPECT_EQ(harness.samples(), "a 3\nb 3\nc 3\n");
  EXPECT_EQ(harness.self("weir_bindings"), "weir_bindings 2");
  EXPECT_EQ(harness.self("weir_unbound_samples_total"), "weir_unbound_samples_total 3");
}

TEST(Pipeline, GivesTheRoomOfDeadNamesToNewOnes) {
  PipelineOptions options;
  options.bindings_max = 10;
  PipelineHarness harness("defaults: {ttl: 1s}", options);
  for (int i = 0; i < 10; ++i) harness.send("old" + std::to_string(i) + ":1|c");
  harness.pass(3s);

  for (int i = 0; i < 40; ++i) harness.send("new:1|c");

  const auto unbound = harness.self("weir_unbound_samples_total");
  EXPECT_LT(std::stoi(unbound.substr(unbound.rfind(' '))), 39);
  EXPECT_EQ(harness.samples(), "new 40\n");
}

TEST(Pipeline, GivesTheRoomOfRefusedNamesToNewOnes) {
  PipelineOptions options;
  options.bindings_max = 10;
  PipelineHarness harness("", options);
  for (int i = 0; i < 10; ++i) harness.send("f:1|c|#__x:" + std::to_string(i));

  for (int i = 0; i < 40; ++i) harness.send("new:1|c");

  const auto unbound = harness.self("weir_unbound_samples_total");
  EXPECT_LT(std::stoi(unbound.substr(unbound.rfind(' '))), 39);
}

TEST(Pipeline, SkipsLinesAboveTheLimit) {
  PipelineOptions options;
  options.line_bytes_max = 10;
  PipelineHarness harness("", options);

  harness.send("a:1|c\nlonger_than_that:1|c\nb:1|c");

  EXPECT_EQ(harness.self("weir_lines_too_long_total"), "weir_lines_too_long_total 1");
  EXPECT_EQ(harness.self("statsd_exporter_lines_total"), "statsd_exporter_lines_total 2");
  EXPECT_EQ(harness.samples(), "a 1\nb 1\n");
}

TEST(Pipeline, CountsDogStatsDMessagesByKind) {
  PipelineHarness harness;

  harness.send("_e{5,4}:title|text\n_sc|name|0|d:1|h:host");

  EXPECT_EQ(harness.self(R"(weir_dogstatsd_messages_total{kind="event"})"),
            R"(weir_dogstatsd_messages_total{kind="event"} 1)");
  EXPECT_EQ(harness.self(R"(weir_dogstatsd_messages_total{kind="service_check"})"),
            R"(weir_dogstatsd_messages_total{kind="service_check"} 1)");
  EXPECT_EQ(harness.self("statsd_exporter_samples_total"), "statsd_exporter_samples_total 0");
  EXPECT_EQ(harness.samples(), "");
}

TEST(Pipeline, CountsTheTagsOfUnknownTypes) {
  PipelineHarness harness;

  harness.send("foo:1|s|#a:b,bad");

  EXPECT_EQ(harness.self("statsd_exporter_tags_total"), "statsd_exporter_tags_total 1");
  EXPECT_EQ(harness.self("statsd_exporter_tag_errors_total"), "statsd_exporter_tag_errors_total 1");
  EXPECT_EQ(harness.self(R"(statsd_exporter_sample_errors_total{reason="illegal_event"})"),
            R"(statsd_exporter_sample_errors_total{reason="illegal_event"} 1)");
}

}  // namespace
}  // namespace weir::pipeline
