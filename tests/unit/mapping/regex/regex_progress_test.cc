// SPDX-License-Identifier: Apache-2.0
#include "mapping/regex/regex_progress.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

// `REGEX|REST of the regex, NAME|REST of the name`; "" when nothing is known.
std::string told(const std::string& regex, const std::string& name) {
  const auto progress = regex_progress(regex, name);
  if (!progress) return "";
  return regex.substr(0, progress->regex_bytes) + "|" + regex.substr(progress->regex_bytes) + ", " +
         name.substr(0, progress->name_place) + "|" + name.substr(progress->name_place);
}

TEST(RegexProgress, GoesAsFarAsTheRegexMatches) {
  EXPECT_EQ(told("^a\\.b\\.c$", "a.b.d"), "^a\\.b\\.|c$, a.b.|d");
  EXPECT_EQ(told("^ab$", "abc"), "^ab|$, ab|c");
  EXPECT_EQ(told("^x", "abc"), "^|x, |abc");
  EXPECT_EQ(told("[0-9]+\\.z", "ab12.c"), "[0-9]+\\.|z, ab12.|c");
}

TEST(RegexProgress, EndsInsideGroupsThatAreNotRepeated) {
  EXPECT_EQ(told("^(a)(?P<n>bc)d", "abx"), "^(a)(?P<n>b|c)d, ab|x");
  EXPECT_EQ(told("^(?:ab)?c", "abx"), "^(?:ab)?|c, ab|x");
  EXPECT_EQ(told("^(ab)*c", "x"), "^(ab)*|c, |x");
}

TEST(RegexProgress, KnowsRepetitionsAndCharactersOfSeveralBytes) {
  EXPECT_EQ(told("^a{2,3}?b", "aac"), "^a{2,3}?|b, aa|c");
  EXPECT_EQ(told("^\xc3\xa9x", "\xc3\xa9y"), "^\xc3\xa9|x, \xc3\xa9|y");
  EXPECT_EQ(told("^[]a]b", "]c"), "^[]a]|b, ]|c");
}

TEST(RegexProgress, SaysNothingOfWhatHasSeveralWays) {
  EXPECT_EQ(told("^a|b$", "x"), "");
  EXPECT_EQ(told("^(a|b)c", "x"), "");
  EXPECT_EQ(told("(?i)a", "x"), "");
  EXPECT_EQ(told("\\pLa", "1"), "");
  EXPECT_EQ(told(std::string(2'000, 'a'), "x"), "");
}

}  // namespace
}  // namespace weir::mapping
