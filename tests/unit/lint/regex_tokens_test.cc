// SPDX-License-Identifier: Apache-2.0
#include "lint/regex_tokens.h"

#include <gmock/gmock.h>

#include "weir/mapping/regex.h"

namespace weir::lint {
namespace {

using testing::ElementsAre;

std::vector<std::string_view> texts_of(std::string_view regex) {
  std::vector<std::string_view> texts;
  for (const auto& token : regex_tokens(regex)) texts.push_back(token.text);
  return texts;
}

TEST(RegexTokens, AreThePiecesOfARegex) {
  EXPECT_THAT(texts_of("^a.b\\.(c|d)*?$"),
              ElementsAre("^", "a", ".", "b", "\\.", "(", "c", "|", "d", ")", "*?", "$"));
  EXPECT_THAT(texts_of("(?P<x>a)(?:b)(?<y>c)(?i)d"),
              ElementsAre("(?P<x>", "a", ")", "(?:", "b", ")", "(?<y>", "c", ")", "(?i)", "d"));
  EXPECT_THAT(texts_of("a{2,3}b{c}{1}"), ElementsAre("a", "{2,3}", "b", "{", "c", "}", "{1}"));
  EXPECT_THAT(texts_of("[^.][]a][[:alpha:].][\\]]x"),
              ElementsAre("[^.]", "[]a]", "[[:alpha:].]", "[\\]]", "x"));
}

TEST(RegexTokens, EndWithAPatternThatIsCutShort) {
  EXPECT_THAT(texts_of("\\"), ElementsAre("\\"));
  EXPECT_THAT(texts_of("[a"), ElementsAre("[a"));
  EXPECT_THAT(texts_of("(?P<a"), ElementsAre("(?P<a"));
}

TEST(RegexTokens, KnowWhatTakesEveryName) {
  for (const auto* regex : {"", ".", ".*", "^.*$", "(.+)", "^(?:.*)", "^", ".*?"}) {
    EXPECT_TRUE(takes_every_name(regex_tokens(regex))) << regex;
  }
  for (const auto* regex : {"a", "^.$", "..", ".*a", "\\.", "[^.]+", "(.*)(.*)x"}) {
    EXPECT_FALSE(takes_every_name(regex_tokens(regex))) << regex;
  }
}

TEST(RegexTokens, KnowRegexesThatAreOneText) {
  const auto literal = as_literal(regex_tokens("^web\\.cache[.]x.*"));
  ASSERT_TRUE(literal);
  EXPECT_TRUE(literal->is_at_begin);
  EXPECT_EQ(literal->text, "web.cache.x");
  EXPECT_FALSE(as_literal(regex_tokens("web"))->is_at_begin);
  for (const auto* regex : {"a+", "a$", "a|b", "", "a.b", "\\d"}) {
    EXPECT_FALSE(as_literal(regex_tokens(regex))) << regex;
  }
}

TEST(RegexTokens, KnowHowMatchesBegin) {
  EXPECT_EQ(literal_begin(regex_tokens("^web\\.ab*c")), "web.a");
  EXPECT_EQ(literal_begin(regex_tokens("web")), "");
  EXPECT_EQ(literal_begin(regex_tokens("^web|^x")), "");
}

TEST(RegexTokens, BecomeTheGlobThatSaysTheSame) {
  EXPECT_EQ(as_glob(regex_tokens("^web\\.([^.]+)\\.x_([^\\.]+)[.]end$")), "web.*.x_*.end");
  EXPECT_EQ(as_glob(regex_tokens("^web\\.(?P<rest>.+)$")), "web.**");
  for (const auto* regex : {"^web\\.[^.]+$", "web\\.([^.]+)$", "^web\\.([^.]*)$", "^web.x$",
                            "^web\\.(\\w+)$", "^web\\.([^.]+)?$", "^(.+)$", "^a+$"}) {
    EXPECT_FALSE(as_glob(regex_tokens(regex))) << regex;
  }
}

TEST(RegexTokens, FillWildcardsToANameThatMatches) {
  for (const auto* regex : {"^web\\.(\\w+)\\.requests$", "(a|b)\\.(\\d+)x[a-z]+",
                            "^[^.]+\\.([A-Z]+)\\.([0-9]{1,3})$", "a.(?:b|c|d)e", "\\bweb"}) {
    const auto name = sample_name(regex_tokens(regex), "x1");
    std::vector<std::string_view> captures;
    EXPECT_TRUE(mapping::Regex(regex).match(name, captures)) << regex << " " << name;
  }
  EXPECT_EQ(sample_name(regex_tokens("^a\\.(b|c)\\.(.*)$"), "x.y"), "a.b.x.y");
}

}  // namespace
}  // namespace weir::lint
