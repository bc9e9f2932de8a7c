// SPDX-License-Identifier: Apache-2.0
// What lines that are worked off together must not do to each other, and what they count.
#include <string>

#include <gtest/gtest.h>

#include "pipeline_fixture.h"

namespace weir::pipeline {
namespace {

using namespace std::chrono_literals;

TEST(FastPath, GivesASeriesTheTtlOfItsLastSample) {
  Bench bench(
      "mappings: [{match: short, name: m, ttl: 1s}, {match: long, name: m, ttl: 100s}, "
      "{match: other, name: other}]");
  bench.send("short:1|c\nlong:1|c\nother:1|c");

  bench.send("short:1|c");
  bench.pass(3s);
  EXPECT_EQ(bench.samples(), "other 1\n");

  bench.send("short:1|c\nlong:1|c");
  bench.pass(3s);
  EXPECT_EQ(bench.samples(), "m 2\nother 1\n");
}

// The room of the dead names is given to new ones while lines that name the dead wait.
TEST(FastPath, DoesNotTakeANewNameForOneThatWasGivenUpMeanwhile) {
  constexpr int kNames = 10;
  constexpr int kNewNames = 20;
  PipelineOptions options;
  options.bindings_max = kNames;
  Bench bench("defaults: {ttl: 1s}", options);
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
  bench.send(old_lines);
  bench.pass(3s);

  bench.send(new_lines + old_lines);

  EXPECT_EQ(bench.samples(), new_samples + old_samples);
}

TEST(FastPath, AddsToAGaugeThatItKnows) {
  for (const auto writers : {metrics::Writers::One, metrics::Writers::Several}) {
    PipelineOptions options;
    options.writers = writers;
    Bench bench("", options);

    bench.send("foo:10|g\nfoo:+5|g\nfoo:+5|g");
    bench.send("foo:+2|g\nfoo:-1|g");

    EXPECT_EQ(bench.samples(), "foo 21\n");
  }
}

TEST(FastPath, TakesLinesOfExactlyTheLimit) {
  PipelineOptions options;
  options.line_bytes_max = 10;
  Bench bench("", options);

  bench.send("plain5:1|c\nplain67:1|c\nother:+1|g\nother2:+1|g");

  EXPECT_EQ(bench.samples(), "other 1\nplain5 1\n");
  EXPECT_EQ(bench.self("weir_lines_too_long_total"), "weir_lines_too_long_total 2");
}

TEST(Ledger, CountsNoTagErrorsOfMalformedLines) {
  Bench bench;

  bench.send("foo#a\nfoo#a:1|c");

  EXPECT_EQ(bench.self("statsd_exporter_tag_errors_total"), "statsd_exporter_tag_errors_total 1");
}

TEST(Ledger, ShowsOnlyActionsThatWereTaken) {
  const std::string map = R"(statsd_exporter_events_actions_total{action="map"})";
  const std::string drop = R"(statsd_exporter_events_actions_total{action="drop"})";
  Bench bench("mappings: [{match: d, action: drop, name: d}, {match: m, name: m}]");

  EXPECT_EQ(bench.self(map) + bench.self(drop), "");
  bench.send("m:1|c");
  EXPECT_EQ(bench.self(map) + bench.self(drop), map + " 1");
  bench.send("d:1|c");
  EXPECT_EQ(bench.self(map) + bench.self(drop), map + " 1" + drop + " 1");
}

}  // namespace
}  // namespace weir::pipeline
