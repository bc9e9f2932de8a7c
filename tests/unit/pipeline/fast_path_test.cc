// SPDX-License-Identifier: Apache-2.0
// What lines that are worked off together must not do to each other, and what they count.
#include <string>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

using namespace std::chrono_literals;

TEST(FastPath, GivesASeriesTheTtlOfItsLastSample) {
  PipelineHarness harness(
      "mappings: [{match: short, name: m, ttl: 1s}, {match: long, name: m, ttl: 100s}, "
      "{match: other, name: other}]");
  harness.send("short:1|c\nlong:1|c\nother:1|c");

  harness.send("short:1|c");
  harness.pass(3s);
  EXPECT_EQ(harness.samples(), "other 1\n");

  harness.send("short:1|c\nlong:1|c");
  harness.pass(3s);
  EXPECT_EQ(harness.samples(), "m 2\nother 1\n");
}

// The room of the dead names is given to new ones while lines that name the dead wait.
TEST(FastPath, DoesNotTakeANewNameForOneThatWasGivenUpMeanwhile) {
  constexpr int kNames = 10;
  constexpr int kNewNames = 20;
  PipelineOptions options;
  options.bindings_max = kNames;
  PipelineHarness harness("defaults: {ttl: 1s}", options);
  std::string old_lines;
  std::string old_samples;
  for (int i = 0; i < kNames; ++i) {
    old_lines += "old" + std::to_string(10 + i) + ":1|c\n";
    old_samples += "old" + std::to_string(10 + i) + " 1\n";
  }
  std::string new_lines;
  std::string new_samples;
  for (int i = 0; i < kNewNames; ++i) {
    new_lines += "new" + std::to_string(10 + i) + ":1|c\n";
    new_samples += "new" + std::to_string(10 + i) + " 1\n";
  }
  harness.send(old_lines);
  harness.pass(3s);

  harness.send(new_lines + old_lines);

  EXPECT_EQ(harness.samples(), new_samples + old_samples);
}

TEST(FastPath, AddsToAGaugeThatItKnows) {
  for (const auto writers : {metrics::Writers::One, metrics::Writers::Several}) {
    PipelineOptions options;
    options.writers = writers;
    PipelineHarness harness("", options);

    harness.send("foo:10|g\nfoo:+5|g\nfoo:+5|g");
    harness.send("foo:+2|g\nfoo:-1|g");

    EXPECT_EQ(harness.samples(), "foo 21\n");
  }
}

TEST(FastPath, TakesLinesOfExactlyTheLimit) {
  PipelineOptions options;
  options.line_bytes_max = 10;
  PipelineHarness harness("", options);

  harness.send("plain5:1|c\nplain67:1|c\nother:+1|g\nother2:+1|g");

  EXPECT_EQ(harness.samples(), "other 1\nplain5 1\n");
  EXPECT_EQ(harness.self("weir_lines_too_long_total"), "weir_lines_too_long_total 2");
}

TEST(Ledger, CountsNoTagErrorsOfMalformedLines) {
  PipelineHarness harness;

  harness.send("foo#a\nfoo#a:1|c");

  EXPECT_EQ(harness.self("statsd_exporter_tag_errors_total"), "statsd_exporter_tag_errors_total 1");
}

TEST(Ledger, ShowsOnlyActionsThatWereTaken) {
  const std::string map = R"(statsd_exporter_events_actions_total{action="map"})";
  const std::string drop = R"(statsd_exporter_events_actions_total{action="drop"})";
  PipelineHarness harness("mappings: [{match: d, action: drop, name: d}, {match: m, name: m}]");

  EXPECT_EQ(harness.self(map) + harness.self(drop), "");
  harness.send("m:1|c");
  EXPECT_EQ(harness.self(map) + harness.self(drop), map + " 1");
  harness.send("d:1|c");
  EXPECT_EQ(harness.self(map) + harness.self(drop), map + " 1" + drop + " 1");
}

}  // namespace
}  // namespace weir::pipeline
