// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/tag_condition.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

bool do_satisfy(const std::vector<Tag>& tags, const std::vector<TagCondition>& conditions) {
  return satisfy(tags, conditions);
}

TEST(TagCondition, IsSatisfiedByAnythingWhenThereIsNone) {
  EXPECT_TRUE(do_satisfy({}, {}));
  EXPECT_TRUE(do_satisfy({{"env", "live"}}, {}));
}

TEST(TagCondition, NeedsTheTag) {
  EXPECT_FALSE(do_satisfy({}, {{"env", "*"}}));
  EXPECT_FALSE(do_satisfy({{"Env", "live"}}, {{"env", "*"}}));
  EXPECT_TRUE(do_satisfy({{"env", ""}}, {{"env", "*"}}));
}

TEST(TagCondition, NeedsAValueThatThePatternCovers) {
  EXPECT_TRUE(do_satisfy({{"env", "live-eu"}}, {{"env", "live*"}}));
  EXPECT_TRUE(do_satisfy({{"env", "live"}}, {{"env", "live*"}}));
  EXPECT_TRUE(do_satisfy({{"env", "live"}}, {{"env", "live"}}));
  EXPECT_TRUE(do_satisfy({{"env", ""}}, {{"env", ""}}));
  EXPECT_FALSE(do_satisfy({{"env", "alive"}}, {{"env", "live*"}}));
  EXPECT_FALSE(do_satisfy({{"env", "live"}}, {{"env", ""}}));
}

TEST(TagCondition, NeedsEveryOne) {
  const std::vector<TagCondition> both{{"env", "live"}, {"region", "eu*"}};

  EXPECT_TRUE(do_satisfy({{"region", "eu1"}, {"x", "y"}, {"env", "live"}}, both));
  EXPECT_FALSE(do_satisfy({{"env", "live"}}, both));
  EXPECT_FALSE(do_satisfy({{"env", "live"}, {"region", "us1"}}, both));
}

TEST(TagCondition, LooksAtTheLastOfARepeatedKey) {
  EXPECT_TRUE(do_satisfy({{"env", "test"}, {"env", "live"}}, {{"env", "live"}}));
  EXPECT_FALSE(do_satisfy({{"env", "live"}, {"env", "test"}}, {{"env", "live"}}));
}

}  // namespace
}  // namespace weir::mapping
