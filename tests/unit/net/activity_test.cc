// SPDX-License-Identifier: Apache-2.0
#include "weir/net/activity.h"

#include <chrono>

#include <gtest/gtest.h>

namespace weir::net {
namespace {

// Shares are kept in 16 bits.
constexpr double kExact = 1e-4;
constexpr base::TimePoint kWindowBegin{Activity::kWindow * 1000};

TEST(Activity, IsNoneAtFirst) {
  const Activity activity;
  EXPECT_FALSE(activity.last());
  EXPECT_EQ(activity.pressure(kWindowBegin), 0);
  EXPECT_EQ(activity.pressure(base::TimePoint{}), 0);
}

TEST(Activity, KnowsTheLastTime) {
  Activity activity;
  activity.note(kWindowBegin, 0);
  activity.note(kWindowBegin + std::chrono::seconds(7), 0);
  EXPECT_EQ(activity.last(), kWindowBegin + std::chrono::seconds(7));
}

TEST(Activity, KeepsTheLargestShare) {
  Activity activity;
  for (const double share : {0.25, 0.75, 0.5}) activity.note(kWindowBegin, share);
  EXPECT_NEAR(activity.pressure(kWindowBegin), 0.75, kExact);
}

TEST(Activity, TakesMoreThanAllForAll) {
  Activity activity;
  activity.note(kWindowBegin, 1.5);
  EXPECT_EQ(activity.pressure(kWindowBegin), 1);
  Activity idle;
  idle.note(kWindowBegin, -1);
  EXPECT_EQ(idle.pressure(kWindowBegin), 0);
}

TEST(Activity, ForgetsAShareAfterTheNextWindow) {
  Activity activity;
  activity.note(kWindowBegin, 0.75);
  const auto next = kWindowBegin + Activity::kWindow;
  EXPECT_NEAR(activity.pressure(next), 0.75, kExact);
  activity.note(next, 0.25);
  EXPECT_NEAR(activity.pressure(next), 0.75, kExact);
  EXPECT_NEAR(activity.pressure(next + Activity::kWindow), 0.25, kExact);
  EXPECT_EQ(activity.pressure(next + 2 * Activity::kWindow), 0);
}

TEST(Activity, DoesNotRememberAWindowFromLongAgo) {
  Activity activity;
  activity.note(kWindowBegin, 0.75);
  activity.note(kWindowBegin + 5 * Activity::kWindow, 0.25);
  EXPECT_NEAR(activity.pressure(kWindowBegin + 5 * Activity::kWindow), 0.25, kExact);
}

}  // namespace
}  // namespace weir::net
