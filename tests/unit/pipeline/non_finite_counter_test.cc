// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

constexpr std::string_view kNonFinite =
    R"(statsd_exporter_events_error_total{reason="non_finite_counter"})";
constexpr std::string_view kNegative =
    R"(statsd_exporter_events_error_total{reason="illegal_negative_counter"})";

PipelineOptions refusing() {
  PipelineOptions options;
  options.refuses_non_finite_counters = true;
  return options;
}

std::string line_of(std::string_view metric, int value) {
  return std::string(metric) + " " + std::to_string(value);
}

TEST(NonFiniteCounter, IsTakenByDefault) {
  PipelineHarness harness;

  harness.send("n:1|c\nn:nan|c\ni:1|c\ni:inf|c");

  EXPECT_EQ(harness.samples(), "i +Inf\nn NaN\n");
  EXPECT_EQ(harness.self(kNonFinite), "");
}

TEST(NonFiniteCounter, LeavesItsSeriesAloneWhereRefused) {
  PipelineHarness harness("", refusing());

  harness.send("foo:2|c\nfoo:nan|c\nfoo:inf|c\nfoo:-inf|c\nfoo:3|c");

  EXPECT_EQ(harness.samples(), "foo 5\n");
  EXPECT_EQ(harness.self(kNonFinite), line_of(kNonFinite, 3));
  EXPECT_EQ(harness.self(kNegative), "");
  EXPECT_EQ(harness.self(R"(statsd_exporter_events_total{type="counter"})"),
            R"(statsd_exporter_events_total{type="counter"} 2)");
}

TEST(NonFiniteCounter, MakesNoSeriesWhereRefused) {
  PipelineHarness harness("", refusing());

  harness.send("foo:nan|c\nfoo:inf|c\nfoo:-1|c");
  EXPECT_EQ(harness.samples(), "");

  harness.send("foo:1|c");
  EXPECT_EQ(harness.samples(), "foo 1\n");
  EXPECT_EQ(harness.self(kNonFinite), line_of(kNonFinite, 2));
  EXPECT_EQ(harness.self(kNegative), line_of(kNegative, 1));
}

TEST(NonFiniteCounter, IsWhatSamplingAndScaleMakeOfIt) {
  PipelineHarness harness("mappings: [{match: big, name: big, scale: 1e308}]", refusing());

  harness.send("big:100|c\nsampled:1e308|c|@0.001\nbig:1|c");

  EXPECT_EQ(harness.samples(), "big 1e+308\n");
  EXPECT_EQ(harness.self(kNonFinite), line_of(kNonFinite, 2));
}

TEST(NonFiniteCounter, StillCountsAsMappedOrUnmapped) {
  PipelineHarness harness("mappings: [{match: a, name: a}]", refusing());

  harness.send("a:nan|c\nb:nan|c");

  EXPECT_EQ(harness.self(R"(statsd_exporter_events_actions_total{action="map"})"),
            R"(statsd_exporter_events_actions_total{action="map"} 1)");
  EXPECT_EQ(harness.self("statsd_exporter_events_unmapped_total"),
            "statsd_exporter_events_unmapped_total 1");
}

TEST(NonFiniteCounter, SaysNothingOfOtherKinds) {
  PipelineHarness harness("defaults: {observer_type: histogram, histogram_options: {buckets: [1]}}",
                          refusing());

  harness.send("g:inf|g\nh:inf|h");

  EXPECT_EQ(harness.samples(),
            "g +Inf\nh_bucket{le=\"1\"} 0\nh_bucket{le=\"+Inf\"} 1\nh_sum +Inf\nh_count 1\n");
  EXPECT_EQ(harness.self(kNonFinite), "");
}

}  // namespace
}  // namespace weir::pipeline
