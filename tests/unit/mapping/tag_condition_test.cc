// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/tag_condition.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

bool do_fulfil(const std::vector<Tag>& tags, const std::vector<TagCondition>& conditions) {
  return satisfy(tags, conditions);
}

TEST(TagCondition, IsFulfilledByAnythingWhenThereIsNone) {
  EXPECT_TRUE(do_fulfil({}, {}));
  EXPECT_TRUE(do_fulfil({{"env", "live"}}, {}));
}

TEST(TagCondition, NeedsTheTag) {
  EXPECT_FALSE(do_fulfil({}, {{"env", "*"}}));
  EXPECT_FALSE(do_fulfil({{"Env", "live"}}, {{"env", "*"}}));
  EXPECT_TRUE(do_fulfil({{"env", ""}}, {{"env", "*"}}));
}

TEST(TagCondition, NeedsAValueThatThePatternCovers) {
  EXPECT_TRUE(do_fulfil({{"env", "live-eu"}}, {{"env", "live*"}}));
  EXPECT_TRUE(do_fulfil({{"env", "live"}}, {{"env", "live*"}}));
  EXPECT_TRUE(do_fulfil({{"env", "live"}}, {{"env", "live"}}));
  EXPECT_TRUE(do_fulfil({{"env", ""}}, {{"env", ""}}));
  EXPECT_FALSE(do_fulfil({{"env", "alive"}}, {{"env", "live*"}}));
  EXPECT_FALSE(do_fulfil({{"env", "live"}}, {{"env", ""}}));
}

TEST(TagCondition, NeedsEveryOne) {
  const std::vector<TagCondition> both{{"env", "live"}, {"region", "eu*"}};

  EXPECT_TRUE(do_fulfil({{"region", "eu1"}, {"x", "y"}, {"env", "live"}}, both));
  EXPECT_FALSE(do_fulfil({{"env", "live"}}, both));
  EXPECT_FALSE(do_fulfil({{"env", "live"}, {"region", "us1"}}, both));
}

TEST(TagCondition, LooksAtTheLastOfARepeatedKey) {
  EXPECT_TRUE(do_fulfil({{"env", "test"}, {"env", "live"}}, {{"env", "live"}}));
  EXPECT_FALSE(do_fulfil({{"env", "live"}, {"env", "test"}}, {{"env", "live"}}));
}

}  // namespace
}  // namespace weir::mapping
