// SPDX-License-Identifier: Apache-2.0
#include "mapping/regex/regex_matcher.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

using Names = std::vector<std::string>;

Names names_of(const std::string& pattern) {
  const Regex regex(pattern);
  EXPECT_EQ(regex.error(), "") << pattern;
  return regex.error().empty() ? regex.group_names() : Names();
}

TEST(Regex, TakesBothSpellingsOfANamedGroup) {
  EXPECT_EQ(names_of("(?P<a>x)(y)(?<b>z)"), (Names{"", "a", "", "b"}));
}

TEST(Regex, LeavesTheSpellingAloneWhereItIsText) {
  EXPECT_EQ(names_of("[(?<a>]"), (Names{""}));
  EXPECT_EQ(names_of("[](?<a>]"), (Names{""}));
  EXPECT_EQ(names_of("[^](?<a>]"), (Names{""}));
  EXPECT_EQ(names_of("[[:alpha:](?<a>](?<b>x)"), (Names{"", "b"}));
  EXPECT_EQ(names_of("[\\](?<a>](?<b>x)"), (Names{"", "b"}));
  EXPECT_EQ(names_of("\\(?<a>(?<b>x)"), (Names{"", "b"}));
  EXPECT_EQ(names_of("\\Q(?<a>\\E(?<b>x)"), (Names{"", "b"}));
  EXPECT_EQ(names_of("\\Q(?<a>"), (Names{""}));
}

TEST(Regex, MatchesTheTextOfAQuotation) {
  std::vector<std::string_view> captures;

  EXPECT_TRUE(Regex("\\Q(?<a>\\E").match("x(?<a>y", captures));
}

TEST(Regex, RefusesWhatGoRefuses) {
  for (const auto* pattern :
       {"(", "a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b", "(a)\\1", "a**", "[b-a]", "(?<a>x)(?<a>y)",
        "\\C", "a\\Cb", "x{1001}", "(?<>x)", "\\"}) {
    EXPECT_NE(Regex(pattern).error(), "") << pattern;
  }
}

TEST(Regex, TakesPatternsThatNeedMoreMemoryThanMost) {
  EXPECT_EQ(Regex("(\\pL{1,30}\\.)+").error(), "");
}

TEST(Regex, SearchesAnywhere) {
  std::vector<std::string_view> captures;

  ASSERT_TRUE(Regex("f(o+)").match("A.foo.B", captures));
  EXPECT_EQ(captures, (std::vector<std::string_view>{"foo", "oo"}));
}

TEST(Regex, CapturesNothingForAGroupThatTookNoPart) {
  std::vector<std::string_view> captures;

  ASSERT_TRUE(Regex("(a)|(b)").match("b", captures));
  EXPECT_EQ(captures, (std::vector<std::string_view>{"b", "", "b"}));
}

TEST(Regex, HandlesMoreGroupsThanFitTheStack) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "(.)";
  const std::string name = "0123456789012345678901234567890123456789";
  std::vector<std::string_view> captures;

  ASSERT_TRUE(Regex(pattern).match(name, captures));
  ASSERT_EQ(captures.size(), 41);
  EXPECT_EQ(captures[40], "9");
}

TEST(Regex, MatchesTheEmptyName) {
  std::vector<std::string_view> captures;

  EXPECT_TRUE(Regex("").match(std::string_view(), captures));
  EXPECT_FALSE(Regex(".").match(std::string_view(), captures));
}

}  // namespace
}  // namespace weir::mapping
