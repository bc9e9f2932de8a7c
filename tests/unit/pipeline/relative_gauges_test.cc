// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

TEST(RelativeGauges, AreSetToSignedValuesWhereARuleSaysSo) {
  PipelineHarness harness(
      "mappings: [{match: a.*, name: a, labels: {x: $1}, relative_gauges: false}]");

  harness.send("a.1:10|g\na.1:-3|g\na.2:-7.5|g\na.3:5|g\na.3:+2|g\nb:10|g\nb:-3|g");

  EXPECT_EQ(harness.samples(), "a{x=\"1\"} -3\na{x=\"2\"} -7.5\na{x=\"3\"} 2\nb 7\n");
}

TEST(RelativeGauges, AreWithoutARuleWhatTheDefaultsSay) {
  PipelineHarness harness(
      "defaults: {relative_gauges: false}\n"
      "mappings: [{match: moved, name: moved, relative_gauges: true}, {match: set, name: set}]");

  harness.send("moved:10|g\nmoved:-3|g\nset:10|g\nset:-3|g\nunmapped:10|g\nunmapped:-3|g");

  EXPECT_EQ(harness.samples(), "moved 7\nset -3\nunmapped -3\n");
}

TEST(RelativeGauges, AreScaledEitherWay) {
  PipelineHarness harness("mappings: [{match: a, name: a, relative_gauges: false, scale: 0.5}]");

  harness.send("a:10|g\na:-6|g");

  EXPECT_EQ(harness.samples(), "a -3\n");
}

TEST(RelativeGauges, AreMovedByCountersThatGoUpAndDown) {
  PipelineHarness harness("mappings: [{match: a, name: a, as: gauge, relative_gauges: false}]");

  harness.send("a:5|c\na:-3|c\na:+4|c");
  EXPECT_EQ(harness.samples(), "a 6\n");
  harness.send("a:-1|g\na:-3|c");

  EXPECT_EQ(harness.samples(), "a -4\n");
}

TEST(RelativeGauges, AreTheSameOfOneWorkerAndOfSeveral) {
  for (const auto writers : {metrics::Writers::One, metrics::Writers::Several}) {
    PipelineOptions options;
    options.writers = writers;
    PipelineHarness harness("mappings: [{match: a, name: a, relative_gauges: false}]", options);

    harness.send("a:1|g\na:-2|g\na:3|g\na:-4|g\nb:1|g\nb:-2|g");

    EXPECT_EQ(harness.samples(), "a -4\nb -1\n");
  }
}

TEST(RelativeGauges, ChangeWithAReload) {
  const std::string mapping = "mappings: [{match: a, name: a, relative_gauges: ";
  PipelineHarness harness(mapping + "true}]");
  harness.send("a:10|g\na:-3|g");

  harness.reload(mapping + "false}]");
  EXPECT_EQ(harness.samples(), "a 7\n");
  harness.send("a:-3|g");
  EXPECT_EQ(harness.samples(), "a -3\n");
  harness.reload(mapping + "true}]");
  harness.send("a:-3|g");

  EXPECT_EQ(harness.samples(), "a -6\n") << "the series goes on";
}

}  // namespace
}  // namespace weir::pipeline
