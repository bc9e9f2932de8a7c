// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/rule_set.h"

#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::mapping {

using rulefile::load;
using rulefile::LoadedRules;
using rulefile::mapped;
namespace {

using sample::EventKind;

// Loads mappings named r0, r1, ... for these globs.
LoadedRules globs(const std::vector<std::string>& patterns, const std::string& defaults = "") {
  std::string text = defaults + "mappings:\n";
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    text += "- match: '" + patterns[i] + "'\n  name: r" + std::to_string(i) + "\n";
  }
  return load(text);
}

const std::string kUnordered = "defaults: {glob_disable_ordering: true}\n";

std::vector<std::string_view> captures_of(const RuleSet& rules, std::string_view name) {
  Match match;
  rules.match(name, EventKind::Counter, match);
  return match.captures;
}

TEST(RuleSet, MatchesNothingWhenEmpty) {
  const auto rules = RuleSet::empty();

  EXPECT_EQ(mapped(*rules, "a"), "-");
  EXPECT_TRUE(rules->rules().empty());
  EXPECT_EQ(rules->defaults().summary.quantiles.size(), 3);
  EXPECT_EQ(rules->defaults().ttl.count(), 0);
}

TEST(RuleSet, NeedsAsManySegmentsAsTheGlob) {
  const auto loaded = globs({"*.*"});

  EXPECT_EQ(mapped(*loaded.rules, "foo.bar"), "r0");
  EXPECT_EQ(mapped(*loaded.rules, "foo"), "-");
  EXPECT_EQ(mapped(*loaded.rules, "foo.bar.baz"), "-");
}

TEST(RuleSet, MatchesCaseSensitively) {
  const auto loaded = globs({"Foo.*"});

  EXPECT_EQ(mapped(*loaded.rules, "Foo.x"), "r0");
  EXPECT_EQ(mapped(*loaded.rules, "foo.x"), "-");
}

TEST(RuleSet, CapturesEmptySegments) {
  const auto loaded = globs({"a.*"});

  EXPECT_EQ(captures_of(*loaded.rules, "a."), (std::vector<std::string_view>{"a.", ""}));
}

TEST(RuleSet, NumbersCapturesFromTheLeft) {
  const auto loaded = globs({"*.x.*"});

  EXPECT_EQ(captures_of(*loaded.rules, "p.x.q"),
            (std::vector<std::string_view>{"p.x.q", "p", "q"}));
}

TEST(RuleSet, CapturesASegmentThatIsAStar) {
  // Difference Q39.
  const auto loaded = globs({"a.*.*"});

  EXPECT_EQ(captures_of(*loaded.rules, "a.*.b"),
            (std::vector<std::string_view>{"a.*.b", "*", "b"}));
}

TEST(RuleSet, MatchesAGlobThatIsThePrefixOfAnEarlierOne) {
  // Difference Q10.
  EXPECT_EQ(mapped(*globs({"a.b.c", "a.b"}).rules, "a.b"), "r1");
  EXPECT_EQ(mapped(*globs({"a.*.c", "a.*"}).rules, "a.x"), "r1");
  EXPECT_EQ(mapped(*globs({"a.b.c", "a.b"}, kUnordered).rules, "a.b"), "r1");
}

TEST(RuleSet, LetsTheFirstOfTwoEqualGlobsWin) {
  // Difference Q11: the repetition does not lower the first one's rank.
  const auto loaded = globs({"a.*", "*.b", "a.*"});

  EXPECT_EQ(mapped(*loaded.rules, "a.b"), "r0");
}

TEST(RuleSet, LetsTheFirstMatchingGlobWin) {
  EXPECT_EQ(mapped(*globs({"*.dummy.*", "full.name.*", "full.dummy.x"}).rules, "full.dummy.x"),
            "r0");
  EXPECT_EQ(mapped(*globs({"full.dummy.x", "*.dummy.*"}).rules, "full.dummy.x"), "r0");
  EXPECT_EQ(mapped(*globs({"*", "a"}).rules, "a"), "r0");
}

TEST(RuleSet, PrefersLiteralsFromTheLeftWhenUnordered) {
  const auto loaded = globs({"*.*", "*.b", "a.*"}, kUnordered);

  EXPECT_EQ(mapped(*loaded.rules, "a.b"), "r2");
  EXPECT_EQ(mapped(*loaded.rules, "x.b"), "r1");
  EXPECT_EQ(mapped(*loaded.rules, "x.y"), "r0");
}

TEST(RuleSet, BacktracksWhenUnordered) {
  // Difference Q12.
  const auto loaded = globs({"n.*.*", "n.*.bbb", "n.ccc.bbb"}, kUnordered);

  EXPECT_EQ(mapped(*loaded.rules, "n.ccc.zzz"), "r0");
  EXPECT_EQ(mapped(*loaded.rules, "n.ccc.bbb"), "r2");
  EXPECT_EQ(mapped(*loaded.rules, "n.x.bbb"), "r1");
}

TEST(RuleSet, PutsTheLeftmostLiteralBeforeTheFile) {
  const auto loaded = globs({"backtrack.*.bbb", "backtrack.justatest.aaa"}, kUnordered);

  EXPECT_EQ(mapped(*loaded.rules, "backtrack.good.bbb"), "r0");
  EXPECT_EQ(mapped(*loaded.rules, "backtrack.justatest.bbb"), "r0");
  EXPECT_EQ(mapped(*loaded.rules, "backtrack.justatest.aaa"), "r1");
}

TEST(RuleSet, MakesTheKindPartOfTheMatch) {
  const auto loaded = load(
      "mappings:\n"
      "- {match: a.*, name: c, match_metric_type: counter}\n"
      "- {match: a.*, name: g, match_metric_type: gauge}\n"
      "- {match: '*.b', name: o, match_metric_type: observer}\n"
      "- {match: a.c, name: any}\n");

  EXPECT_EQ(mapped(*loaded.rules, "a.b", EventKind::Counter), "c");
  EXPECT_EQ(mapped(*loaded.rules, "a.b", EventKind::Gauge), "g");
  EXPECT_EQ(mapped(*loaded.rules, "a.b", EventKind::Observer), "o");
  EXPECT_EQ(mapped(*loaded.rules, "a.c", EventKind::Observer), "any");
  EXPECT_EQ(mapped(*loaded.rules, "a.x", EventKind::Observer), "-");
}

TEST(RuleSet, BacktracksPastARuleOfAnotherKindWhenUnordered) {
  const auto loaded = load(
      "defaults: {glob_disable_ordering: true}\n"
      "mappings:\n"
      "- {match: a.b, name: literal, match_metric_type: gauge}\n"
      "- {match: a.*, name: wildcard}\n");

  EXPECT_EQ(mapped(*loaded.rules, "a.b", EventKind::Gauge), "literal");
  EXPECT_EQ(mapped(*loaded.rules, "a.b", EventKind::Counter), "wildcard");
}

TEST(RuleSet, TriesRegexesAfterEveryGlob) {
  const auto loaded = load(
      "mappings:\n"
      "- {match: '.', match_type: regex, name: regex}\n"
      "- {match: a.*, name: glob}\n");

  EXPECT_EQ(mapped(*loaded.rules, "a.b"), "glob");
  EXPECT_EQ(mapped(*loaded.rules, "b.b"), "regex");
}

TEST(RuleSet, TriesRegexesInFileOrderByKind) {
  const auto loaded = load(
      "defaults: {match_type: regex}\n"
      "mappings:\n"
      "- {match: 'a', name: g, match_metric_type: gauge}\n"
      "- {match: 'b$', name: first_$0}\n"
      "- {match: '(.*)\\.(.*)', name: '${2}_$1'}\n"
      "- {match: '', name: rest}\n");

  EXPECT_EQ(mapped(*loaded.rules, "a.b", EventKind::Gauge), "g");
  EXPECT_EQ(mapped(*loaded.rules, "a.b", EventKind::Counter), "first_b");
  EXPECT_EQ(mapped(*loaded.rules, "x.y"), "y_x");
  EXPECT_EQ(mapped(*loaded.rules, "xyz"), "rest");
  EXPECT_EQ(mapped(*loaded.rules, ""), "rest");
}

TEST(RuleSet, ForgetsTheMatchBefore) {
  const auto loaded = load(
      "mappings:\n"
      "- {match: 'a.*', name: glob}\n"
      "- {match: 'b(.)', match_type: regex, name: regex, match_metric_type: gauge}\n");
  Match match;

  loaded.rules->match("a.x", EventKind::Counter, match);
  loaded.rules->match("bx", EventKind::Counter, match);

  EXPECT_EQ(match.rule, nullptr);
  EXPECT_TRUE(match.captures.empty());
}

}  // namespace
}  // namespace weir::mapping
