// SPDX-License-Identifier: Apache-2.0
#include "metrics/former_label_names.h"

#include <limits>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

constexpr std::size_t kMuch = std::numeric_limits<std::size_t>::max();

TEST(FormerLabelNames, GivesBackEachNumberOnce) {
  FormerLabelNames former(kMuch);
  ASSERT_TRUE(former.add(7, 1));
  ASSERT_TRUE(former.add(8, 2));

  EXPECT_EQ(former.take(8), 2U);
  EXPECT_EQ(former.take(8), std::nullopt);
  EXPECT_EQ(former.take(7), 1U);
}

TEST(FormerLabelNames, TakesNoneTwice) {
  FormerLabelNames former(kMuch);
  ASSERT_TRUE(former.add(7, 1));

  EXPECT_FALSE(former.add(7, 2));
  EXPECT_EQ(former.take(7), 1U);
}

TEST(FormerLabelNames, KnowsNoneThatWasNotAdded) {
  FormerLabelNames former(kMuch);

  EXPECT_EQ(former.take(7), std::nullopt);
}

TEST(FormerLabelNames, HasRoomForSoManyBytes) {
  FormerLabelNames former(1000);
  std::uint32_t added = 0;
  while (former.add(added, added)) ++added;

  EXPECT_GT(added, 10U);
  EXPECT_LE(former.bytes(), 1000U);
  EXPECT_TRUE(former.take(0).has_value());
  EXPECT_TRUE(former.add(added, added));
}

TEST(FormerLabelNames, HasRoomForABoundedNumberWhateverTheBytes) {
  FormerLabelNames former(kMuch);
  std::uint32_t added = 0;
  while (former.add(added, added)) ++added;

  EXPECT_EQ(added, 262'144U);
}

}  // namespace
}  // namespace weir::metrics
