// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/regex_literals.h"

#include <gtest/gtest.h>

#include "mapping/regex/regex_matcher.h"

namespace weir::mapping {
namespace {

using Choices = std::vector<LiteralChoice>;

struct Row {
  std::string pattern;
  Choices choices;
};

void expect_rows(const std::vector<Row>& rows) {
  for (const auto& [pattern, choices] : rows) {
    EXPECT_EQ(Regex(pattern).error(), "") << pattern;
    EXPECT_EQ(required_literals(pattern), choices) << pattern;
  }
}

TEST(RegexLiterals, AreTheTextBetweenWhatIsNone) {
  expect_rows({
      {"", {}},
      {".*", {}},
      {"abc", {{"abc"}}},
      {"^a\\.svc1\\.(.*)$", {{"a.svc1."}}},
      {"(.*)\\.svc1\\.(.*)", {{".svc1."}}},
      {"a.b", {{"a"}, {"b"}}},
      {"a_b-c d\\_e\\-", {{"a_b-c d_e-"}}},
      {"ab\\d+cd\\w\\W\\s\\S\\D", {{"ab"}, {"cd"}}},
      {"\\Aab\\bcd\\z", {{"ab"}, {"cd"}}},
      {"ab\\tcd", {{"ab"}, {"cd"}}},
      {"a\\pLb\\p{Greek}c\\P{^Lu}d", {{"a"}, {"b"}, {"c"}, {"d"}}},
      {"a]b}c", {{"a]b}c"}}},
      {"aéb", {{"a"}, {"b"}}},
      {"aé*b", {{"a"}, {"b"}}},
  });
}

TEST(RegexLiterals, LeaveOutWhatMayBeMissing) {
  expect_rows({
      {"ab*c", {{"a"}, {"c"}}},
      {"ab?c", {{"a"}, {"c"}}},
      {"ab??c", {{"a"}, {"c"}}},
      {"ab{0}c", {{"a"}, {"c"}}},
      {"ab{0,3}c", {{"a"}, {"c"}}},
      {"x(abc)?y(def)*z", {{"x"}, {"y"}, {"z"}}},
      {"x(abc){0,}y", {{"x"}, {"y"}}},
      {"a*", {}},
  });
}

TEST(RegexLiterals, KeepWhatIsThereAtLeastOnce) {
  expect_rows({
      {"ab+c", {{"ab"}, {"c"}}},
      {"ab+?c", {{"ab"}, {"c"}}},
      {"ab{2}c", {{"ab"}, {"c"}}},
      {"ab{1,}c", {{"ab"}, {"c"}}},
      {"ab{01,2}?c", {{"ab"}, {"c"}}},
      {"x(abc)+y(de){10}z", {{"x"}, {"abc"}, {"y"}, {"de"}, {"z"}}},
  });
}

TEST(RegexLiterals, LookIntoGroups) {
  expect_rows({
      {"(abc)", {{"abc"}}},
      {"(?:abc)", {{"abc"}}},
      {"(?P<n>abc)", {{"abc"}}},
      {"(?<n>abc)", {{"abc"}}},
      {"((a)(b(c)))", {{"a"}, {"b"}, {"c"}}},
      {"()a", {{"a"}}},
  });
}

TEST(RegexLiterals, TakeTheBestOfEveryAlternative) {
  expect_rows({
      {"abc|def", {{"abc", "def"}}},
      {"a\\d+bcd|ef", {{"bcd", "ef"}}},
      {"x(ab|cd)y", {{"x"}, {"ab", "cd"}, {"y"}}},
      {"x(ab|c*)y", {{"x"}, {"y"}}},
      {"x(ab|)y", {{"x"}, {"y"}}},
      {"(|ab)", {}},
      {"ab|.", {}},
      {"(a|b)|(c|d)e", {{"a", "b", "c", "d"}}},
      {"x(a|b)*", {{"x"}}},
      {"(a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p)",
       {{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"}}},
      {"(a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q)z", {{"z"}}},
  });
}

TEST(RegexLiterals, SkipClassesButThoseOfOneCharacter) {
  expect_rows({
      {"a[.]b", {{"a.b"}}},
      {"a[-]b[|]c", {{"a-b|c"}}},
      {"a[bc]d", {{"a"}, {"d"}}},
      {"a[^b]c", {{"a"}, {"c"}}},
      {"a[]bc]d", {{"a"}, {"d"}}},
      {"a[^]bc]d", {{"a"}, {"d"}}},
      {"a[\\]bc]d", {{"a"}, {"d"}}},
      {"a[[:alpha:]bc]d", {{"a"}, {"d"}}},
      {"a[[:^alpha:]]d", {{"a"}, {"d"}}},
      {"a[+-\\]]d", {{"a"}, {"d"}}},
      {"a[(|)]d", {{"a"}, {"d"}}},
      {"a[b[]c", {{"a"}, {"c"}}},
      {"a[é]c", {{"a"}, {"c"}}},
      {"a[\\pL\\d_]c", {{"a"}, {"c"}}},
  });
}

TEST(RegexLiterals, AreNoneWhereTheSyntaxIsNotKnown) {
  expect_rows({
      {"(?i)abc", {}},
      {"abc(?i:def)", {}},
      {"(?s)abc", {}},
      {"abc(?s)*", {}},
      {"\\Qabc\\E", {}},
      {"abc\\Q\\E*", {}},
      {"abc\\x41", {}},
      {"abc\\x{41}", {}},
      {"abc\\012", {}},
      {"abc{,2}", {}},
      {"abc{x}", {}},
      {"{abc", {}},
      {"[+-[:x]|foo[:]]bar", {}},
      {"[+-[:x:]|foo[.]bar", {}},
  });
}

TEST(RegexLiterals, AreCutWhereTheyGetLong) {
  const std::string piece(64, 'a');

  EXPECT_EQ(required_literals(piece + piece + "b"), (Choices{{piece}, {piece}, {"b"}}));
}

TEST(RegexLiterals, AreNoneWhereGroupsAreNestedDeep) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "a" + std::string(depth, ')');
  };

  EXPECT_EQ(required_literals(nested(32)), (Choices{{"a"}}));
  EXPECT_EQ(required_literals(nested(33)), Choices());
  EXPECT_EQ(required_literals(nested(100'000)), Choices());
}

TEST(RegexLiterals, AreNoneInWhatDoesNotCompile) {
  for (const auto* pattern :
       {"(",   ")",    "a)", "[",   "[^",   "[]", "[a",  "[\\",  "[[:a", "\\",
        "\\p", "\\p{", "a{", "a{1", "a{1,", "*",  "a**", "(?P<", "(?",   "(?P<a"}) {
    EXPECT_EQ(required_literals(pattern), Choices()) << pattern;
  }
}

}  // namespace
}  // namespace weir::mapping
