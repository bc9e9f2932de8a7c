// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob/glob_trie.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

using Preference = GlobTrie::Preference;
using sample::EventKind;

std::vector<Rule> globs(const std::vector<std::string>& patterns) {
  std::vector<Rule> rules;
  for (const auto& pattern : patterns) {
    Rule rule;
    rule.index = static_cast<std::uint32_t>(rules.size());
    rule.match = pattern;
    rules.push_back(std::move(rule));
  }
  return rules;
}

// All patterns of `depth` segments that are `a` or `*`.
std::vector<std::string> all_patterns(unsigned depth) {
  std::vector<std::string> patterns;
  for (unsigned bits = 0; bits < (1U << depth); ++bits) {
    std::string pattern;
    for (unsigned i = 0; i < depth; ++i) {
      if (i > 0) pattern += '.';
      pattern += (bits >> i & 1U) == 0 ? 'a' : '*';
    }
    patterns.push_back(pattern);
  }
  return patterns;
}

TEST(GlobTrie, FindsNothingWithoutRules) {
  const GlobTrie trie({}, Preference::FileOrder);

  EXPECT_EQ(trie.find("a", EventKind::Counter, {}).rule, GlobTrie::kNoRule);
  EXPECT_EQ(trie.find("", EventKind::Counter, {}).rule, GlobTrie::kNoRule);
}

// Around the number of segments of which a rule's `*` are remembered.
TEST(GlobTrie, CapturesWhatTheWildcardsCover) {
  for (const std::size_t size : {1, 2, 63, 64, 65, 128}) {
    std::string glob;
    std::string name;
    for (std::size_t i = 0; i < size; ++i) {
      glob += (i > 0 ? "." : "") + (i % 3 == 0 ? std::string("*") : "s" + std::to_string(i));
      name += (i > 0 ? "." : "") + ("s" + std::to_string(i));
    }
    for (const std::string end : {"", ".x*", ".**", ".**.y.**"}) {
      if (size == 128 && !end.empty()) continue;
      const std::string whole = name + (end.empty() ? "" : ".xa.b.y.c");
      const auto rules = globs({glob + (end == ".x*" ? ".x*.b.y.c" : end)});
      std::vector<std::string_view> expected;
      append_captures(rules[0].match, whole, expected);
      std::vector<std::string_view> captures{"before"};

      const auto hit =
          GlobTrie(rules, Preference::FileOrder).find(whole, EventKind::Counter, {}, captures);

      ASSERT_EQ(hit.rule, 0U) << rules[0].match;
      EXPECT_EQ(captures.front(), "before");
      captures.erase(captures.begin());
      EXPECT_EQ(captures, expected) << rules[0].match;
    }
  }
}

TEST(GlobTrie, CapturesNothingWithoutARule) {
  const auto rules = globs({"a.*"});
  std::vector<std::string_view> captures;

  const auto hit =
      GlobTrie(rules, Preference::FileOrder).find("b.c", EventKind::Counter, {}, captures);

  EXPECT_EQ(hit.rule, GlobTrie::kNoRule);
  EXPECT_TRUE(captures.empty());
}

TEST(GlobTrie, VisitsAtMostSegmentsTimesRulesStates) {
  constexpr unsigned kDepth = 10;
  auto patterns = all_patterns(kDepth);
  // The winner last, so that nothing can be cut off.
  std::ranges::reverse(patterns);
  const auto rules = globs(patterns);

  for (const auto preference : {Preference::FileOrder, Preference::LiteralFirst}) {
    const GlobTrie trie(rules, preference);
    for (const auto* name : {"a.a.a.a.a.a.a.a.a.a", "a.a.a.a.a.a.a.a.a.b", "b.a.a.a.a.a.a.a.a.a"}) {
      const auto hit = trie.find(name, EventKind::Gauge, {});

      EXPECT_NE(hit.rule, GlobTrie::kNoRule);
      EXPECT_LE(hit.states, (kDepth + 1) * rules.size());
    }
  }
}

// Rule sets made to be slow to look up, with names that many of their globs nearly match.
struct Hostile {
  std::string name;
  std::vector<std::string> globs;
  std::vector<std::string> names;
};

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// Every place for a `**` among segments that are `a`, `b`, `*` or parts, with ends that differ.
std::vector<std::string> tails_everywhere() {
  std::vector<std::string> globs;
  for (const std::string segment : {"a.b", "*.b", "a.*", "*.*", "a*.b", "*a.*b", "a*.*"}) {
    for (std::size_t before = 1; before <= 12; ++before) {
      for (std::size_t behind = 0; behind <= 12; ++behind) {
        auto glob = segment + repeated("." + segment, before - 1) + ".**";
        globs.push_back(glob + repeated("." + segment, behind));
        globs.push_back(glob + repeated("." + segment, behind) + ".end");
      }
    }
  }
  return globs;
}

// Segments of one name that all of these parts cover, each in another way.
std::vector<std::string> overlapping_parts() {
  std::vector<std::string> globs;
  for (std::size_t i = 0; i < 1U << 9U; ++i) {
    std::string glob = "x";
    for (std::size_t bit = 0; bit < 9; ++bit) glob += (i >> bit & 1U) == 0 ? ".a*" : ".*a";
    globs.push_back(glob + (i % 2 == 0 ? ".**" : ".**.z"));
  }
  return globs;
}

// Each word between two `**` has to be looked for in the whole name, with more or less around it.
std::vector<std::string> pairs_of_tails() {
  std::vector<std::string> globs;
  for (std::size_t i = 0; i < 60; ++i) {
    for (const auto* between : {"b", "b.b.c", "b.b.b.b.b.b.b.b.b.b.c", "x"}) {
      globs.push_back("a" + repeated(".b", i) + ".**." + between + ".**");
      globs.push_back("a.**." + std::string(between) + ".**" + repeated(".b", i));
    }
  }
  return globs;
}

class HostileRules : public testing::TestWithParam<Hostile> {};

TEST_P(HostileRules, VisitAtMostSegmentsTimesRulesStates) {
  auto rules = globs(GetParam().globs);
  // Rules that ask for a tag in vain cut nothing off.
  for (const bool has_conditions : {false, true}) {
    for (auto& rule : rules) {
      if (has_conditions) rule.match_tags = {{"key", "none"}};
    }
    for (const auto preference : {Preference::FileOrder, Preference::LiteralFirst}) {
      const GlobTrie trie(rules, preference);
      for (const auto& name : GetParam().names) {
        const auto segments = static_cast<std::size_t>(std::ranges::count(name, '.')) + 1;

        const auto hit = trie.find(name, EventKind::Counter, {});

        EXPECT_LE(hit.states, std::min<std::size_t>(segments, kGlobSegmentsMax) * rules.size());
        if (has_conditions) {
          EXPECT_EQ(hit.rule, GlobTrie::kNoRule);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    , HostileRules,
    testing::Values(
        Hostile{"Tails",
                tails_everywhere(),
                {repeated("a.b.", 300) + "a", repeated("a.b.", 300) + "b",
                 repeated("ab.ab.", 300) + "end", repeated("a.b.", 8) + "a",
                 repeated("a.", 30'000) + "b", std::string(60'000, '.')}},
        Hostile{"Parts",
                overlapping_parts(),
                {"x" + repeated(".aa", 9), "x" + repeated(".aba", 9) + ".y",
                 "x" + repeated(".aa", 300) + ".z", "x" + repeated(".a", 300) + ".z"}},
        Hostile{"LongTails",
                {"a.**" + repeated(".b", 126), "a" + repeated(".*", 126) + ".**",
                 "a" + repeated(".*", 63) + ".**" + repeated(".*", 63), "a.**"},
                {"a" + repeated(".b", 20'000), "a" + repeated(".b", 125), "a" + repeated(".b", 127),
                 "a" + repeated(".b", 128), "a" + repeated(".b", 129)}},
        Hostile{"PairsOfTails",
                pairs_of_tails(),
                {"a" + repeated(".b", 20'000), "a" + repeated(".b", 127), "a" + repeated(".b", 128),
                 "a" + repeated(".b", 60), "a" + repeated(".b.b.c", 40), std::string(60'000, '.')}},
        Hostile{"OneNode", std::vector<std::string>(1'000, "a.*.**.b"), {"a.x.y.b", "a.b.b"}}),
    [](const auto& row) { return row.param.name; });

TEST(GlobTrie, CountsAllThatItTries) {
  const auto rules = globs({"a.x*", "a.y*", "a.z*", "a.*"});
  const GlobTrie trie(rules, Preference::FileOrder);

  const auto hit = trie.find("a.z1", EventKind::Counter, {});

  // The root, `a`, two parts that do not fit, and one that does.
  EXPECT_EQ(hit.rule, 2);
  EXPECT_EQ(hit.states, 5);
}

TEST(GlobTrie, MatchesNamesOfAnyLengthWithATail) {
  const auto rules = globs({"a.**.y.z", "a.b.**"});
  const GlobTrie trie(rules, Preference::FileOrder);
  // Around what is kept of the segments from either end.
  for (const std::size_t more : {1, 125, 126, 127, 128, 129, 1'000}) {
    const auto name = "a" + repeated(".b", more);

    EXPECT_EQ(trie.find(name + ".y.z", EventKind::Counter, {}).rule, 0) << more;
    EXPECT_EQ(trie.find(name + ".y.x", EventKind::Counter, {}).rule, 1) << more;
    EXPECT_EQ(trie.find(name + ".x.z", EventKind::Counter, {}).rule, 1) << more;
  }
  EXPECT_EQ(trie.find("a.y.z", EventKind::Counter, {}).rule, GlobTrie::kNoRule);
  EXPECT_EQ(trie.find("a.b", EventKind::Counter, {}).rule, GlobTrie::kNoRule);
}

TEST(GlobTrie, TakesTwoTailsWithASegmentEachAndTheirTextBetween) {
  const auto rules = globs({"a.**.b.c.**", "a.**.b.**.z", "x.**.b.**"});
  const GlobTrie trie(rules, Preference::FileOrder);
  const auto rule_for = [&trie](const std::string& name) {
    return trie.find(name, EventKind::Counter, {}).rule;
  };

  EXPECT_EQ(rule_for("a.1.b.c.2"), 0);
  EXPECT_EQ(rule_for("a..b.c."), 0);
  EXPECT_EQ(rule_for("a.b.b.b.c.c.z"), 0);
  EXPECT_EQ(rule_for("a.1.b.2.z"), 1);
  EXPECT_EQ(rule_for("x.1.2.b.3.4"), 2);
  for (const auto* name : {"a.b.c.2", "a.1.b.c", "a.1.b.z", "a.b.1.z", "a.1.bb.c.2", "a.1.b.cc.2",
                           "a.1.b.2.zz", "a.b.c", "a", "b.1.b.c.2"}) {
    EXPECT_EQ(rule_for(name), GlobTrie::kNoRule) << name;
  }
}

TEST(GlobTrie, TakesTwoTailsInNamesUpToTheLengthOfAGlob) {
  const auto rules = globs({"a.**.y.**", "a.**"});
  const GlobTrie trie(rules, Preference::FileOrder);
  const auto rule_for = [&trie](std::size_t before, std::size_t after) {
    return trie
        .find("a" + repeated(".b", before) + ".y" + repeated(".b", after), EventKind::Counter, {})
        .rule;
  };

  EXPECT_EQ(rule_for(125, 1), 0);
  EXPECT_EQ(rule_for(1, 125), 0);
  EXPECT_EQ(rule_for(126, 1), 1);
  EXPECT_EQ(rule_for(1, 1'000), 1);
}

TEST(GlobTrie, SharesWhatStandsBetweenTwoTails) {
  auto rules = globs({"a.**.b.**", "a.**.b.**"});
  rules[0].match_tags = {{"env", "live"}};
  const GlobTrie trie(rules, Preference::FileOrder);
  const std::vector<Tag> tags{{"env", "live"}};

  EXPECT_EQ(trie.find("a.1.b.2", EventKind::Counter, tags).rule, 0);
  EXPECT_EQ(trie.find("a.1.b.2", EventKind::Counter, {}).rule, 1);
}

TEST(GlobTrie, GoesOnWhenTheTagsAreOthers) {
  auto rules = globs({"a.*", "a.*", "a.*", "a.**"});
  rules[0].match_tags = {{"env", "live"}};
  rules[1].match_tags = {{"env", "*"}};
  rules[1].kind = EventKind::Gauge;
  rules[2].match_tags = {{"env", ""}};
  const GlobTrie trie(rules, Preference::FileOrder);
  const auto rule_for = [&trie](std::string_view env, EventKind kind) {
    const std::vector<Tag> tags{{"env", env}};
    return trie.find("a.b", kind, tags).rule;
  };

  EXPECT_EQ(rule_for("live", EventKind::Gauge), 0);
  EXPECT_EQ(rule_for("test", EventKind::Gauge), 1);
  EXPECT_EQ(rule_for("", EventKind::Gauge), 1);
  EXPECT_EQ(rule_for("", EventKind::Counter), 2);
  EXPECT_EQ(rule_for("test", EventKind::Counter), 3);
  EXPECT_EQ(trie.find("a.b", EventKind::Counter, {}).rule, 3);
}

TEST(GlobTrie, LooksNoFurtherThanARuleThatCannotBeBeaten) {
  // The catch-all comes first: of 2^10 paths one is walked.
  auto patterns = all_patterns(10);
  std::ranges::reverse(patterns);
  const auto rules = globs(patterns);
  const GlobTrie trie(rules, Preference::FileOrder);

  const auto hit = trie.find("a.a.a.a.a.a.a.a.a.a", EventKind::Counter, {});

  EXPECT_EQ(hit.rule, 0);
  EXPECT_EQ(hit.states, 11);
}

TEST(GlobTrie, IgnoresNamesLongerThanEveryRule) {
  const auto rules = globs({"a.*", "*"});
  const GlobTrie trie(rules, Preference::FileOrder);
  const std::string name(100'000, '.');

  const auto hit = trie.find(name, EventKind::Counter, {});

  EXPECT_EQ(hit.rule, GlobTrie::kNoRule);
  EXPECT_EQ(hit.states, 0);
}

TEST(GlobTrie, FindsAnEarlierRuleThatCoversAGlob) {
  const auto rules = globs({"a.*.c", "a.b.*", "a.b.c", "*.*.*"});
  const GlobTrie trie(rules, Preference::FileOrder);

  EXPECT_EQ(trie.find_cover(globs({"a.b.c"})[0], EventKind::Counter, 2).rule, 0);
  EXPECT_EQ(trie.find_cover(globs({"a.b.*"})[0], EventKind::Counter, 1).rule, GlobTrie::kNoRule);
  EXPECT_EQ(trie.find_cover(globs({"*.*.*"})[0], EventKind::Counter, 3).rule, GlobTrie::kNoRule);
  EXPECT_EQ(trie.find_cover(globs({"x.*.y"})[0], EventKind::Counter, 4).rule, 3);
}

}  // namespace
}  // namespace weir::mapping
