// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob_trie.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

using Preference = GlobTrie::Preference;
using statsd::EventKind;

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
