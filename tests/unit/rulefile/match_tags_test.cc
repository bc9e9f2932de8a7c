// SPDX-License-Identifier: Apache-2.0
#include "rulefile/match_tags.h"

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

using sample::EventKind;
using Conditions = std::vector<mapping::TagCondition>;

// The name of the rule for `name` with these tags; "-" when no rule matches.
std::string rule_for(const LoadedRules& loaded, std::string_view name,
                     const std::vector<mapping::Tag>& tags) {
  mapping::Match match;
  loaded.rules->match(name, EventKind::Counter, tags, match);
  return match.rule == nullptr ? "-" : expanded(match.rule->name, match.captures);
}

TEST(MatchTags, AreSortedByKey) {
  EXPECT_EQ(rule_with("  match_tags: {region: 'eu*', env: live}\n").match_tags,
            (Conditions{{"env", "live"}, {"region", "eu*"}}));
}

TEST(MatchTags, KeepTheTextOfAnyScalar) {
  EXPECT_EQ(rule_with("  match_tags: {a: 1.50, b: true, 9: '*', a.b-c: x}\n").match_tags,
            (Conditions{{"9", "*"}, {"a", "1.50"}, {"a.b-c", "x"}, {"b", "true"}}));
}

TEST(MatchTags, MayBeAbsent) {
  EXPECT_TRUE(rule_with("").match_tags.empty());
  EXPECT_TRUE(rule_with("  match_tags:\n").match_tags.empty());
  EXPECT_TRUE(rule_with("  match_tags: {}\n").match_tags.empty());
}

TEST(MatchTags, AreBounded) {
  std::string tags;
  for (int i = 0; i < 100; ++i) tags += "    t" + std::to_string(i) + ": x\n";

  EXPECT_EQ(rule_with("  match_tags:\n" + tags).match_tags.size(), 100);
  EXPECT_EQ(error_of("mappings:\n- match: a\n  name: n\n  match_tags:\n" + tags + "    more: x\n"),
            "m.yml:105:5: more than 100 tags in match_tags, remove some");
}

TEST(MatchTags, ChooseAmongGlobs) {
  const auto loaded = load(
      "mappings:\n"
      "- {match: job.*, name: live, match_tags: {env: live}}\n"
      "- {match: job.*, name: any_env, match_tags: {env: '*'}}\n"
      "- {match: job.**, name: rest}\n");

  EXPECT_EQ(rule_for(loaded, "job.x", {{"env", "live"}}), "live");
  EXPECT_EQ(rule_for(loaded, "job.x", {{"env", "test"}}), "any_env");
  EXPECT_EQ(rule_for(loaded, "job.x", {}), "rest");
  EXPECT_EQ(mapped(*loaded.rules, "job.x"), "rest");
}

TEST(MatchTags, LetAGlobPassToARegex) {
  const auto loaded = load(
      "mappings:\n"
      "- {match: '^job\\.(.*)$', match_type: regex, name: eu_$1, match_tags: {region: 'eu*'}}\n"
      "- {match: 'job', match_type: regex, name: other}\n"
      "- {match: job.*, name: glob, match_tags: {env: live}}\n");

  EXPECT_EQ(rule_for(loaded, "job.x", {{"env", "live"}, {"region", "eu1"}}), "glob");
  EXPECT_EQ(rule_for(loaded, "job.x", {{"region", "eu1"}}), "eu_x");
  EXPECT_EQ(rule_for(loaded, "job.x", {{"region", "us1"}}), "other");
}

// The texts that the regexes need choose candidates before the tags do.
TEST(MatchTags, PickTheFirstOfManyRegexes) {
  std::string text = "defaults: {match_type: regex}\nmappings:\n";
  for (int i = 0; i < 500; ++i) {
    text += "- {match: 'svc', name: 'n" + std::to_string(i) + "', match_tags: {id: '" +
            std::to_string(i) + "'}}\n";
  }
  const auto loaded = load(text + "- {match: 'svc[0-9]', name: rest}\n");

  EXPECT_EQ(rule_for(loaded, "a.svc7", {{"id", "499"}}), "n499");
  EXPECT_EQ(rule_for(loaded, "a.svc7", {{"id", "500"}}), "rest");
  EXPECT_EQ(rule_for(loaded, "a.svc", {}), "-");
}

TEST(MatchTags, DoNotMakeAGlobMoreSpecific) {
  const auto loaded = load(
      "defaults: {glob_disable_ordering: true}\n"
      "mappings:\n"
      "- {match: job.*, name: first}\n"
      "- {match: job.*, name: live, match_tags: {env: live}}\n"
      "- {match: job.x, name: literal, match_tags: {env: live}}\n");

  EXPECT_EQ(rule_for(loaded, "job.y", {{"env", "live"}}), "first");
  EXPECT_EQ(rule_for(loaded, "job.x", {{"env", "live"}}), "literal");
  EXPECT_EQ(rule_for(loaded, "job.x", {{"env", "test"}}), "first");
}

}  // namespace
}  // namespace weir::rulefile
