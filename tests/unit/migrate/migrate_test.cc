// SPDX-License-Identifier: Apache-2.0
#include "weir/migrate/migrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/rulefile/config_error.h"

namespace weir::migrate {
namespace {

std::string refusal_of(const std::string& text) {
  try {
    static_cast<void>(migrate(text, "m.yml"));
  } catch (const rulefile::ConfigError& error) {
    return error.what();
  }
  return "none";
}

TEST(Migrate, TellsOfEachChangeInTheOrderOfTheFile) {
  const auto [text, changes, left] = migrate(
      "defaults:\n  timer_type: summary\nmappings:\n- match: a.*\n  name: a\n  labels: {x: $1_x}\n"
      "  quantiles: []\n  timer_type: summary\n  match_metric_type: timer\n",
      "m.yml");

  ASSERT_EQ(changes.size(), 4);
  EXPECT_EQ(changes[0].position, (rulefile::Position{2, 3}));
  EXPECT_EQ(changes[0].was, "timer_type");
  EXPECT_EQ(changes[0].is, "observer_type");
  EXPECT_EQ(changes[1].is, "summary_options.quantiles");
  EXPECT_EQ(changes[2].position, (rulefile::Position{8, 3}));
  EXPECT_EQ(changes[3].is, "match_metric_type: observer");
  ASSERT_EQ(left.size(), 1);
  EXPECT_EQ(left[0].line, 6);
  EXPECT_THAT(text, testing::HasSubstr("  summary_options:\n    quantiles: []\n  observer_type: "));
}

TEST(Migrate, ChangesNothingOfAFileInOrder) {
  const std::string text = "# c\r\nmappings:\r\n- {match: a, name: a}";
  const auto migration = migrate(text, "m.yml");

  EXPECT_EQ(migration.text, text);
  EXPECT_TRUE(migration.changes.empty());
}

TEST(Migrate, RefusesWhatWouldBecomeOtherRules) {
  EXPECT_EQ(
      refusal_of("mappings:\n- &base\n  match: a\n  name: a\n  timer_type: histogram\n"
                 "- <<: *base\n  match: b\n  observer_type: ~\n"),
      "m.yml:6:1: cannot be migrated: this rule would change, as aliases or merges share what is "
      "old: write it out");
}

TEST(Migrate, RefusesWhatWouldNotLoad) {
  EXPECT_EQ(
      refusal_of("mappings:\n- &base\n  match: a\n  name: a\n  quantiles: [{quantile: 0.5}]\n"
                 "- <<: *base\n  match: b\n  observer_type: histogram\n"),
      "m.yml:5:1: cannot be migrated: the result would not load: cannot use histogram observer and "
      "summary options at the same time");
}

TEST(Migrate, RefusesToTakeAnAnchorAway) {
  EXPECT_THAT(refusal_of("mappings:\n- {match: a, name: a, observer_type: summary, timer_type: &t "
                         "histogram}\n- {match: b, name: b, observer_type: *t}\n"),
              testing::StartsWith("m.yml:3:1: cannot be migrated: the result would not load: "));
}

TEST(Migrate, TakesNamesAsTheDaemonDoes) {
  const std::string text = "mappings: [{match: a, name: a.b, timer_type: summary}]";
  EXPECT_NE(refusal_of(text), "none");
  EXPECT_EQ(migrate(text, "m.yml", base::NameValidation::Utf8).text,
            "mappings: [{match: a, name: a.b, observer_type: summary}]");
}

}  // namespace
}  // namespace weir::migrate
