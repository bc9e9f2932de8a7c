// SPDX-License-Identifier: Apache-2.0
#include "mapping/regex/regex_outline.h"

#include <array>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mapping/glob/glob_trie.h"
#include "mapping/regex/regex_matcher.h"
#include "rounds.h"

namespace weir::mapping {
namespace {

std::string outline(std::string_view regex) { return glob_around(regex).value_or("-"); }

TEST(RegexOutline, IsAGlob) {
  EXPECT_EQ(outline(R"(^a\.b$)"), "a.b");
  EXPECT_EQ(outline(R"(^a[.]b_1\-c$)"), "a.b_1-c");
  EXPECT_EQ(outline(R"(^a\.([^.]*)\.c$)"), "a.*.c");
  EXPECT_EQ(outline(R"(^a\.(?:b|c)\.(?P<x>d)$)"), "a.*.d");
  EXPECT_EQ(outline(R"(^a\.x(\d+)y\.b$)"), "a.x*y.b");
  EXPECT_EQ(outline(R"(^a\.x(\d*)y\.b$)"), "a.*.b");
  EXPECT_EQ(outline(R"(^a\.b?c{2,3}d{0}e$)"), "a.*e");
  EXPECT_EQ(outline(R"(^a\.([\w-]+)$)"), "a.*");
  EXPECT_EQ(outline(R"(^a\.(.*)$)"), "a.**");
  EXPECT_EQ(outline(R"(^a\.b.*\.c$)"), "a.**.c");
  EXPECT_EQ(outline(R"(^a\.b)"), "a.**");
  EXPECT_EQ(outline(R"(^a(\.b)*\.c$)"), "**.c");
  EXPECT_EQ(outline(R"(^a\.[^x]\.b$)"), "a.**.b");
  EXPECT_EQ(outline(R"(^a\.[0-9.]+$)"), "a.**");
  EXPECT_EQ(outline("^$"), "");
}

TEST(RegexOutline, IsNotKnownOfOtherSyntax) {
  for (const auto* const regex :
       {"a", "", "^a|b", "(^a)", "^(?i)a", R"(^a\b)", R"(^\Qa.b\E$)", "^[[:alpha:]]$", "^[]a]$",
        "^[^]a]$", "^[+-9]$", R"(^\*$)", "^é$", "^a$b", "^(a$)", "^a^", "^a**$", R"(^[\W]$)"}) {
    EXPECT_EQ(outline(regex), "-") << regex;
  }
}

// Whatever a regex of random pieces matches, the glob around it does.
TEST(RegexOutline, TakesWhateverTheRegexMatches) {
  constexpr std::array kPieces{"a",  "b",     R"(\.)", "[.]", "[^.]", "[^.]+",  ".",        ".*",
                               "b?", R"(\d)", "(a|b)", "(",   ")",    "|",      "[a-c]",    "[^a]",
                               "*",  "+",     "{0,2}", "$",   "_",    "(b.c)?", R"([\w.-])"};
  constexpr std::array kNames{"",   "a",     "b",   "ab",    "a.b", "a.b.c", "a..b",  ".",
                              "..", "a.",    ".a",  "a.1",   "1",   "b.b.b", "ab.ab", "a_b",
                              "aa", "a.a.a", "b.c", "bb.cc", "1.a", "_.b",   "abc",   "a.bcb"};
  std::mt19937 dice(20261128);
  int compared = 0;
  for (int round = 0; round < support::rounds(20'000); ++round) {
    std::string pattern = "^";
    for (auto left = dice() % 7; left > 0; --left) pattern += kPieces.at(dice() % kPieces.size());
    if (dice() % 2 == 0) pattern += '$';
    const Regex regex(pattern);
    const auto glob = glob_around(pattern);
    if (!regex.error().empty() || !glob) continue;
    Rule rule;
    rule.match = *glob;
    // A trie has no `**` that comes first.
    if (glob->starts_with("**")) continue;
    const GlobTrie trie({&rule, 1}, GlobTrie::Preference::FileOrder);
    std::vector<std::string_view> captures;
    for (const auto* const name : kNames) {
      if (!regex.match(name, captures)) continue;
      ++compared;
      EXPECT_EQ(trie.find(name, sample::EventKind::Counter, {}).rule, 0)
          << pattern << " matches " << name << ", but " << *glob << " does not";
    }
  }
  EXPECT_GT(compared, support::rounds(1'000));
}

}  // namespace
}  // namespace weir::mapping
