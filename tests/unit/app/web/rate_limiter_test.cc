// SPDX-License-Identifier: Apache-2.0
#include "app/web/rate_limiter.h"

#include <chrono>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

using std::chrono::milliseconds;

constexpr base::TimePoint kStart{std::chrono::hours(1)};

// How many of ten requests at one moment get through.
int taken(RateLimiter& limiter, base::TimePoint now) {
  int count = 0;
  for (int i = 0; i < 10; ++i) count += limiter.take(now) ? 1 : 0;
  return count;
}

TEST(RateLimiter, LetsABurstThroughAndThenOneEachInterval) {
  RateLimiter limiter({milliseconds(100), 3});

  EXPECT_EQ(taken(limiter, kStart), 3);
  EXPECT_EQ(taken(limiter, kStart + milliseconds(99)), 0);
  EXPECT_EQ(taken(limiter, kStart + milliseconds(100)), 1);
  EXPECT_EQ(taken(limiter, kStart + milliseconds(300)), 2);
}

TEST(RateLimiter, SavesUpNoMoreThanABurst) {
  RateLimiter limiter({milliseconds(100), 3});

  EXPECT_EQ(taken(limiter, kStart), 3);
  EXPECT_EQ(taken(limiter, kStart + std::chrono::hours(24)), 3);
}

TEST(RateLimiter, WaitsForNothingBeforeTheFirstRequest) {
  RateLimiter limiter({std::chrono::hours(1), 2});

  EXPECT_EQ(taken(limiter, kStart + std::chrono::hours(100)), 2);
}

TEST(RateLimiter, HasNoLimitWithoutAnInterval) {
  RateLimiter limiter({milliseconds(0), 0});

  EXPECT_EQ(taken(limiter, kStart), 10);
}

TEST(RateLimiter, LetsNothingThroughWithoutABurst) {
  RateLimiter limiter({milliseconds(1), 0});

  EXPECT_EQ(taken(limiter, kStart), 0);
  EXPECT_EQ(taken(limiter, kStart + std::chrono::hours(1)), 0);
}

}  // namespace
}  // namespace weir::app
