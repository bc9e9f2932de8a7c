// SPDX-License-Identifier: Apache-2.0
#include "weir/suggest/traffic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/rulefile/loader.h"

namespace weir::suggest {
namespace {

constexpr auto kNames = base::NameValidation::Legacy;

TEST(Traffic, KeepsNamesWithTheirSeries) {
  Traffic traffic(mapping::RuleSet::empty(), kNames);
  traffic.take("a.b:1|c|#k:v");
  traffic.take("a.b:1|c|#k:v");
  traffic.take("a.b:2|c|#k:v");
  traffic.take("a.b:3|c|#k:w");
  traffic.take("a.b:3|ms");
  ASSERT_EQ(traffic.names().size(), 2U);
  const auto& counter = traffic.names()[0];
  EXPECT_EQ(counter.name, "a.b");
  EXPECT_EQ(counter.samples, 4U);
  ASSERT_EQ(counter.series.size(), 2U);
  EXPECT_EQ(counter.series[0].line, "a.b:1|c|#k:v");
  EXPECT_EQ(counter.series[0].samples, 3U);
  EXPECT_THAT(counter.tag_keys, testing::ElementsAre("k"));
  EXPECT_EQ(counter.tags.size(), 2U);
  EXPECT_EQ(traffic.names()[1].kind, sample::SampleKind::Timer);
  EXPECT_EQ(traffic.samples(), 5U);
}

TEST(Traffic, TakesTagsOfEveryDialectOffTheName) {
  Traffic traffic(mapping::RuleSet::empty(), kNames);
  traffic.take("a,k=v:1|c");
  traffic.take("a#k=w:1|c");
  ASSERT_EQ(traffic.names().size(), 1U);
  EXPECT_EQ(traffic.names()[0].name, "a");
  EXPECT_EQ(traffic.names()[0].series[1].line, "a#k=w:1|c");
}

TEST(Traffic, CountsAnExampleForWhatItStandsFor) {
  Traffic traffic(mapping::RuleSet::empty(), kNames);
  traffic.take_example("a:1|c:2|c:3|c", 40);
  EXPECT_EQ(traffic.names()[0].samples, 40U);
  traffic.take("a:1|c");
  EXPECT_EQ(traffic.names()[0].samples, 41U);
  traffic.take_name("b", sample::SampleKind::Timer, 7);
  EXPECT_EQ(traffic.names()[1].series[0].line, "b:1|ms");
  EXPECT_EQ(traffic.names()[1].samples, 7U);
  EXPECT_FALSE(traffic.take_example("cut,k=", 3));
}

TEST(Traffic, SeesWhatThePresentMappingTakes) {
  const auto rules = rulefile::parse_rules("mappings:\n- {match: a.*, name: a_total}\n", "m").rules;
  Traffic traffic(rules, kNames);
  traffic.take("a.b:1|c");
  traffic.take("b:1|c");
  EXPECT_TRUE(traffic.names()[0].is_mapped);
  EXPECT_FALSE(traffic.names()[1].is_mapped);
}

TEST(Traffic, SeesCountersThatGoDown) {
  Traffic traffic(mapping::RuleSet::empty(), kNames);
  traffic.take("a:1|c");
  EXPECT_FALSE(traffic.names()[0].goes_down);
  traffic.take("a:-1|c");
  EXPECT_TRUE(traffic.names()[0].goes_down);
  traffic.take("b:-1|g");
  EXPECT_FALSE(traffic.names()[1].goes_down);
}

TEST(Traffic, LeavesOutWhatIsNoSample) {
  Traffic traffic(mapping::RuleSet::empty(), kNames);
  for (const auto* const line : {"", "a", "a:x|c", ":1|c", "_e{1,1}:a|b", "a:1|q"}) {
    traffic.take(line);
  }
  EXPECT_TRUE(traffic.names().empty());
}

TEST(Traffic, CountsWhatItHasNoRoomFor) {
  Traffic names(mapping::RuleSet::empty(), kNames, {.names_max = 2});
  for (const auto* const line : {"a:1|c", "b:1|c", "c:1|c", "a:1|c", "d:1|c"}) names.take(line);
  EXPECT_EQ(names.names().size(), 2U);
  EXPECT_EQ(names.left_out(), 2U);
  Traffic series(mapping::RuleSet::empty(), kNames, {.series_max = 1});
  for (const auto* const line : {"a:1|c|#k:1", "a:1|c|#k:2", "a:1|c|#k:1"}) series.take(line);
  EXPECT_EQ(series.names()[0].series.size(), 1U);
  EXPECT_EQ(series.left_out(), 1U);
  Traffic text(mapping::RuleSet::empty(), kNames, {.text_bytes_max = 100});
  for (int i = 0; i < 100; ++i) text.take("name" + std::to_string(i) + ":1|c");
  EXPECT_LT(text.names().size(), 10U);
  EXPECT_GT(text.left_out(), 90U);
}

}  // namespace
}  // namespace weir::suggest
