// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/age_period.h"

#include <chrono>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr base::TimePoint kStart{seconds(1000)};

TEST(AgePeriod, IsAShareOfTheAge) {
  Definition definition;
  EXPECT_EQ(age_period(definition), seconds(120));

  definition.max_age = nanoseconds(7);
  definition.age_buckets = 3;
  EXPECT_EQ(age_period(definition), nanoseconds(2));
  definition.max_age = nanoseconds(2);
  EXPECT_EQ(age_period(definition), nanoseconds(1)) << "never none";
  definition.max_age = nanoseconds::max();
  definition.age_buckets = 1;
  EXPECT_EQ(age_period(definition), std::chrono::hours(24 * 365 * 50)) << "far from overflow";
}

TEST(PeriodEnd, BelongsToItsPeriod) {
  PeriodEnd end(kStart);

  EXPECT_FALSE(end.has_passed(kStart));
  EXPECT_TRUE(end.has_passed(kStart + nanoseconds(1)));
  EXPECT_EQ(end.advance(kStart, seconds(1)), 0U);
}

TEST(PeriodEnd, CountsThePeriodsThatHaveEnded) {
  PeriodEnd end(kStart);

  EXPECT_EQ(end.advance(kStart + nanoseconds(1), seconds(10)), 1U);
  EXPECT_EQ(end.advance(kStart + seconds(10), seconds(10)), 0U);
  EXPECT_EQ(end.advance(kStart + seconds(35), seconds(10)), 3U);
  EXPECT_EQ(end.advance(kStart, seconds(10)), 0U) << "a clock that is behind";
  EXPECT_EQ(end.advance(kStart + seconds(40), seconds(10)), 0U);
}

}  // namespace
}  // namespace weir::metrics
