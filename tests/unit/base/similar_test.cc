// SPDX-License-Identifier: Apache-2.0
#include "weir/base/similar.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

constexpr std::array<std::string_view, 4> kWords = {"match", "match_type", "labels", "ttl"};

TEST(MostSimilar, FindsAWordThatWasMistyped) {
  EXPECT_EQ(most_similar("mtch", kWords), "match");
  EXPECT_EQ(most_similar("matchtype", kWords), "match_type");
  EXPECT_EQ(most_similar("label", kWords), "labels");
  EXPECT_EQ(most_similar("lavels", kWords), "labels");
}

TEST(MostSimilar, IgnoresCase) { EXPECT_EQ(most_similar("LABELS", kWords), "labels"); }

TEST(MostSimilar, FindsNothingFurtherAwayThanThreeEdits) {
  EXPECT_EQ(most_similar("match_xyz_", kWords), "match_type");
  EXPECT_EQ(most_similar("match_wxz_", kWords), "");
}

TEST(MostSimilar, FindsNothingThatSharesLessThanHalfOfTheWord) {
  EXPECT_EQ(most_similar("tl", kWords), "ttl");
  EXPECT_EQ(most_similar("tx", kWords), "");
  EXPECT_EQ(most_similar("", kWords), "");
}

TEST(MostSimilar, TakesTheFirstOfEquals) {
  constexpr std::array<std::string_view, 2> kTwo = {"cat", "car"};
  EXPECT_EQ(most_similar("cap", kTwo), "cat");
}

TEST(MostSimilar, LeavesLongWordsAlone) {
  const std::string word(40, 'a');
  const std::array<std::string_view, 1> words = {word};
  EXPECT_EQ(most_similar(word, words), word);
  EXPECT_EQ(most_similar(word + 'a', words), "");
}

}  // namespace
}  // namespace weir::base
