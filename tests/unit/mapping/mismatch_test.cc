// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/mismatch.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping_file.h"
#include "weir/mapping/rule_set.h"

namespace weir::mapping {
namespace {

using sample::EventKind;
using Part = Mismatch::Part;

// With the rules that it refers to.
struct Told : Mismatch {
  std::shared_ptr<const RuleSet> rules;
};

// What keeps the only rule, with these lines, from a counter of this name and these tags.
Told told(const std::string& lines, std::string_view name, const std::vector<Tag>& tags = {}) {
  auto rules = rulefile::load("mappings:\n- name: n\n" + lines).rules;
  const auto mismatch = rules->mismatch(rules->rules().front(), name, EventKind::Counter, tags);
  return {mismatch.value_or(Mismatch{.part = Part::Segment, .wanted = "nothing"}),
          std::move(rules)};
}

TEST(Mismatch, NamesTheSegmentBeforeAnythingElse) {
  const auto mismatch = told("  match: a.b\n  match_metric_type: gauge\n", "a.c");

  EXPECT_EQ(mismatch.part, Part::Segment);
  EXPECT_EQ(mismatch.wanted, "b");
  EXPECT_FALSE(mismatch.is_of_other_samples());
}

TEST(Mismatch, NamesTheTypeBeforeTheTags) {
  const auto mismatch =
      told("  match: a.b\n  match_metric_type: gauge\n  match_tags: {env: prod}\n", "a.b");

  EXPECT_EQ(mismatch.part, Part::Type);
  EXPECT_TRUE(mismatch.is_of_other_samples());
}

TEST(Mismatch, TellsATagThatIsNotThereFromOneWithAnotherValue) {
  const std::string lines = "  match: a.b\n  match_tags: {env: prod, zone: \"eu-*\"}\n";

  const auto missing = told(lines, "a.b", {{"env", "prod"}});
  const auto other = told(lines, "a.b", {{"env", "prod"}, {"zone", "eu-1"}, {"zone", "us-1"}});

  EXPECT_EQ(missing.part, Part::MissingTag);
  EXPECT_EQ(missing.key, "zone");
  EXPECT_EQ(missing.wanted, "eu-*");
  EXPECT_EQ(other.part, Part::Tag);
  EXPECT_EQ(other.found, "us-1");
  EXPECT_EQ(told(lines, "a.b", {{"env", "prod"}, {"zone", "eu-1"}}).wanted, "nothing");
}

TEST(Mismatch, ShowsHowFarARegexGets) {
  const auto mismatch = told("  match: ^a\\.(\\d+)$\n  match_type: regex\n", "a.b");

  EXPECT_EQ(mismatch.part, Part::Regex);
  EXPECT_EQ(mismatch.fitting, "^a\\.");
  EXPECT_EQ(mismatch.wanted, "(\\d+)$");
  EXPECT_EQ(mismatch.found, "b");
}

TEST(Mismatch, AsksARegexForItsTypeToo) {
  const std::string lines = "  match: ^a\n  match_type: regex\n";

  EXPECT_EQ(told(lines + "  match_metric_type: gauge\n", "a.b").part, Part::Type);
  EXPECT_EQ(told(lines, "a.b").wanted, "nothing");
}

TEST(Precedence, PutsGlobsBeforeRegexes) {
  const std::string mappings =
      "mappings:\n- {match: ^a, match_type: regex, name: r}\n- {match: a.*, name: s}\n"
      "- {match: a.b, name: l}\n";
  const auto names = [](const std::string& file) {
    std::vector<std::string> all;
    const auto rules = rulefile::load(file).rules;
    for (const auto* const rule : rules->by_precedence()) all.push_back(rule->name.source());
    return all;
  };

  EXPECT_THAT(names(mappings), testing::ElementsAre("s", "l", "r"));
  EXPECT_THAT(names("defaults: {glob_disable_ordering: true}\n" + mappings),
              testing::ElementsAre("l", "s", "r"));
}

}  // namespace
}  // namespace weir::mapping
