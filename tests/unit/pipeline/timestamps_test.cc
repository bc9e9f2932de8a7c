// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;

base::UnixTime some_time() { return base::UnixTime(std::chrono::seconds(kNow)); }

PipelineOptions with_clock() {
  PipelineOptions options;
  options.unix_clock = some_time;
  return options;
}

constexpr const char* kInvalid =
    R"(statsd_exporter_sample_errors_total{reason="invalid_timestamp"})";

std::string invalid(PipelineHarness& harness) {
  const std::string line = harness.self(kInvalid);
  return line.empty() ? "0" : line.substr(line.rfind(' ') + 1);
}

constexpr const char* kRule =
    "mappings: [{match: a.*, name: a, labels: {x: $1}, honor_timestamps: true}]";

TEST(Timestamps, AreThoseOfTheGaugesOfARule) {
  PipelineHarness harness(kRule, with_clock());

  harness.send("a.1:5|g|T1600000000\na.2:6|g\na.3:7|g|#k:v|T1600000001\nb:8|g|T1600000000");

  EXPECT_EQ(harness.samples(),
            "a{x=\"1\"} 5 1600000000000\na{x=\"2\"} 6\na{k=\"v\",x=\"3\"} 7 1600000001000\nb 8\n");
}

TEST(Timestamps, GoWithTheNextValueThatHasNone) {
  PipelineHarness harness(kRule, with_clock());

  for (int i = 0; i < 3; ++i) {
    harness.send("a.1:5|g|T1600000000");
    EXPECT_EQ(harness.samples(), "a{x=\"1\"} 5 1600000000000\n");
    harness.send("a.1:6|g");
    EXPECT_EQ(harness.samples(), "a{x=\"1\"} 6\n");
  }
}

TEST(Timestamps, OfTheLastValueCountEvenWhenTheyAreOlder) {
  PipelineHarness harness(kRule, with_clock());

  harness.send("a.1:5|g|T1600000009\na.1:6|g|T1600000003\na.1:+1|g|T1600000004");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 7 1600000004000\n");
}

TEST(Timestamps, ThatAreNoneAreCountedAndTheValueIsKept) {
  PipelineHarness harness(kRule, with_clock());
  const std::string_view bad[] = {"",   "0",           "-5",         "1.5",
                                  "x1", "1600000000x", "1700000601", "1600000000000"};

  for (const std::string_view text : bad) {
    harness.send("a.1:5|g|T1600000000\na.1:6|g|T" + std::string(text));
    EXPECT_EQ(harness.samples(), "a{x=\"1\"} 6\n") << text;
  }
  EXPECT_EQ(invalid(harness), "8");
  harness.send("a.1:7|g|T1700000600");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} 7 1700000600000\n");
  EXPECT_EQ(invalid(harness), "8");
}

TEST(Timestamps, AreIgnoredWhereTheyAreNotHonored) {
  PipelineHarness harness(kRule, with_clock());

  harness.send("b:1|g|T\nb:1|g|T9999999999\na.1:2|c|T1600000000\nc:3|c|Tx\nt:1|h|T1600000000");

  const std::string samples = harness.samples();
  EXPECT_EQ(samples.find("a{x=\"1\"} 2\nb 1\nc 3\nt{"), 0U) << samples;
  EXPECT_EQ(samples.find("600000000"), std::string::npos) << samples;
  EXPECT_EQ(invalid(harness), "0");
}

TEST(Timestamps, AreWithoutARuleWhatTheDefaultsSay) {
  PipelineHarness harness(
      "defaults: {honor_timestamps: true}\n"
      "mappings: [{match: off, name: off, honor_timestamps: false}, {match: on, name: on}]",
      with_clock());

  harness.send("off:1|g|T1600000000\non:2|g|T1600000000\nunmapped:3|g|T1600000000");

  EXPECT_EQ(harness.samples(), "off 1\non 2 1600000000000\nunmapped 3 1600000000000\n");
}

TEST(Timestamps, AreNeverThoseOfCountersThatGoUpAndDown) {
  PipelineHarness harness("mappings: [{match: a, name: a, as: gauge, honor_timestamps: true}]",
                          with_clock());

  harness.send("a:5|c|T1600000000\na:-1|c|T1600000000");
  EXPECT_EQ(harness.samples(), "a 4\n");
  harness.send("a:9|g|T1600000000");
  EXPECT_EQ(harness.samples(), "a 9 1600000000000\n");
  harness.send("a:-2|c");

  EXPECT_EQ(harness.samples(), "a 7\n");
}

TEST(Timestamps, AreUpToTheRuleThatMadeTheSeries) {
  const std::string rules =
      "mappings: [{match: with, name: n, honor_timestamps: true}, {match: without, name: n}]";
  PipelineHarness first(rules, with_clock());
  first.send("with:1|g|T1600000000");
  EXPECT_EQ(first.samples(), "n 1 1600000000000\n");
  first.send("without:2|g|T1600000000");
  EXPECT_EQ(first.samples(), "n 2\n");

  PipelineHarness second(rules, with_clock());
  second.send("without:2|g\nwith:1|g|T1600000000\nwith:1|g|Tx");

  EXPECT_EQ(second.samples(), "n 1\n");
  EXPECT_EQ(invalid(second), "0");
}

TEST(Timestamps, ComeAndGoWithAReload) {
  const std::string mapping = "mappings: [{match: a, name: a, honor_timestamps: ";
  PipelineHarness harness(mapping + "false}]", with_clock());
  harness.send("a:1|g|T1600000000");
  EXPECT_EQ(harness.samples(), "a 1\n");

  harness.reload(mapping + "true}]");
  harness.send("a:2|g|T1600000000");
  EXPECT_EQ(harness.samples(), "a 2 1600000000000\n");
  harness.pass(std::chrono::seconds(1));
  harness.reload(mapping + "false}]");
  harness.send("a:3|g|T1600000000");
  harness.pass(std::chrono::seconds(1));

  EXPECT_EQ(harness.samples(), "a 3\n");
  EXPECT_EQ(harness.self("weir_definitions_replaced_total"), "weir_definitions_replaced_total 2");
}

TEST(Timestamps, AreThoseOfAllWhereAFlagSaysSo) {
  const auto rules = rulefile::parse_rules(
      "mappings: [{match: off, name: off, honor_timestamps: false}]", "mapping.yml");
  const auto prepared = prepare(rules.rules, 1, nullptr, {.honors_timestamps = true});

  EXPECT_FALSE(prepared->honors_timestamps.at(0));
  EXPECT_TRUE(prepared->defaults_honor_timestamps);
  EXPECT_TRUE(prepared->wants_timestamps);
  EXPECT_FALSE(prepare(rules.rules, 1)->wants_timestamps);
}

}  // namespace
}  // namespace weir::pipeline
