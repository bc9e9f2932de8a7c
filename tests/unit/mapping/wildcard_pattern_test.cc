// SPDX-License-Identifier: Apache-2.0
#include "mapping/wildcard_pattern.h"

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

std::string_view covered(std::string_view pattern, std::string_view text) {
  return WildcardPattern(pattern).match(text).value_or("nothing");
}

TEST(WildcardPattern, CoversItselfWithoutAStar) {
  EXPECT_EQ(covered("ab", "ab"), "");
  EXPECT_EQ(covered("", ""), "");
  EXPECT_EQ(covered("ab", "abc"), "nothing");
  EXPECT_EQ(covered("", "a"), "nothing");
}

TEST(WildcardPattern, TellsWhatItsStarStandsFor) {
  EXPECT_EQ(covered("*", "abc"), "abc");
  EXPECT_EQ(covered("*", ""), "");
  EXPECT_EQ(covered("a*", "abc"), "bc");
  EXPECT_EQ(covered("*c", "abc"), "ab");
  EXPECT_EQ(covered("a*c", "ac"), "");
  EXPECT_EQ(covered("a*c", "a*c"), "*");
  EXPECT_EQ(covered("a*c", "abd"), "nothing");
  EXPECT_EQ(covered("a*c", "bbc"), "nothing");
}

TEST(WildcardPattern, DoesNotUseACharacterTwice) {
  EXPECT_EQ(covered("aba*ba", "aba"), "nothing");
  EXPECT_EQ(covered("aba*ba", "ababa"), "");
}

}  // namespace
}  // namespace weir::mapping
