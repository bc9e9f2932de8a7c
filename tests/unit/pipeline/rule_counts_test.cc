// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/rule_counts.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline_harness.h"

namespace weir::pipeline {
namespace {

// Of each rule, and at the end of none.
std::vector<std::uint64_t> counts_of(const PipelineHarness& harness) {
  const auto counts = harness.pipeline.rule_counts();
  std::vector<std::uint64_t> taken;
  for (std::size_t i = 0; i <= counts->rules(); ++i) taken.push_back(counts->taken_by(i));
  return taken;
}

using Counts = std::vector<std::uint64_t>;

constexpr const char* kRules =
    "mappings: [{match: a.*, name: a}, {match: b.*, name: b, action: drop}, {match: c.*, name: a}]";

TEST(RuleCounts, CountEachSampleWithItsRule) {
  PipelineHarness harness(kRules);

  // The first of each name takes the slow path, those after it the fast one.
  for (int i = 0; i < 3; ++i) harness.send("a.1:1|c\na.2:1|c\nb.1:1|c\nother:1|c");

  EXPECT_EQ(counts_of(harness), (Counts{6, 3, 0, 3}));
}

TEST(RuleCounts, CountWhatASampleStandsFor) {
  PipelineHarness harness(kRules);

  harness.send("a.1:1|h|@0.1\na.2:1|c:2|c:3|c");
  harness.send("a.1:1|h|@0.1\na.2:1|c:2|c:3|c");

  // Observations stand for ten; a sampled counter is one sample with ten times its value.
  EXPECT_EQ(counts_of(harness), (Counts{26, 0, 0, 0}));
}

TEST(RuleCounts, TellRulesApartThatTreatSamplesAlike) {
  PipelineHarness harness(kRules);

  harness.send("a.1:1|c\nc.1:1|c");
  harness.send("c.1:1|c");

  EXPECT_EQ(counts_of(harness), (Counts{1, 0, 2, 0}));
}

TEST(RuleCounts, NeedNoAnswersOfTheirOwn) {
  PipelineOptions options;
  options.outcomes_max = 1;
  PipelineHarness harness(kRules, options);

  for (int i = 0; i < 3; ++i) harness.send("a.1:1|c\nc.1:1|c");

  EXPECT_EQ(counts_of(harness), (Counts{3, 0, 3, 0}));
  EXPECT_EQ(harness.pipeline.ledger().unbound.value(), 0U);
}

TEST(RuleCounts, AreFoundAgainWhenRulesChangePlaces) {
  PipelineHarness harness(kRules);
  harness.send("a.1:1|c\nc.1:1|c\nother:1|c");

  harness.reload("mappings: [{match: c.*, name: a}, {match: a.*, name: a}]");
  for (int i = 0; i < 2; ++i) harness.send("a.1:1|c\nc.1:1|c\nc.1:1|c\nother:1|c");

  EXPECT_EQ(counts_of(harness), (Counts{4, 2, 2}));
}

TEST(RuleCounts, CountWhatTheStoreRefuses) {
  PipelineHarness harness(kRules);

  for (int i = 0; i < 3; ++i) harness.send("a.1:1|c\na.2:1|g");

  EXPECT_EQ(counts_of(harness), (Counts{6, 0, 0, 0}));
}

TEST(RuleCounts, LeaveOutWhatIsNoSample) {
  PipelineHarness harness(kRules);

  for (int i = 0; i < 2; ++i) harness.send("a.1:x|c\na.1\na.1:1|s\n\n_sc|a.1|0");

  EXPECT_EQ(counts_of(harness), (Counts{0, 0, 0, 0}));
}

TEST(RuleCounts, BeginAnewWithNewRules) {
  PipelineHarness harness(kRules);
  harness.send("a.1:1|c\nb.1:1|c");
  const auto before = harness.pipeline.rule_counts();

  harness.reload("mappings: [{match: b.*, name: b}]");
  harness.send("a.1:1|c\nb.1:1|c");
  harness.send("b.1:1|c");

  EXPECT_EQ(counts_of(harness), (Counts{2, 1}));
  EXPECT_EQ(before->taken_by(0), 1);
  EXPECT_EQ(harness.pipeline.rule_counts()->generation(), before->generation() + 1);
}

}  // namespace
}  // namespace weir::pipeline
