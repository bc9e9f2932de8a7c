// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/series.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

constexpr double kHuge = 1.5e18;  // above 2^60

TEST(ScalarSeries, CountsAloneAsItCountsShared) {
  CounterSeries alone{};
  CounterSeries shared{};
  for (const double value : {0.0, 1.0, 3.0, 0.5, 1e15, 1152921504606846975.0, kHuge, 2.25, 7.0}) {
    if (!alone.update_alone(true, value)) alone.add(value);
    shared.add(value);
    EXPECT_EQ(alone.value(), shared.value()) << value;
    EXPECT_EQ(alone.word, shared.word) << value;
  }
}

TEST(ScalarSeries, LeavesACounterAloneThatDoesNotStayIntegral) {
  CounterSeries counter{};
  for (const double value : {0.5, kHuge, std::numeric_limits<double>::max()}) {
    EXPECT_FALSE(counter.update_alone(true, value)) << value;
  }
  EXPECT_EQ(counter.value(), 0);

  counter.word = ScalarSeries::kIntegralMax;
  EXPECT_FALSE(counter.update_alone(true, 1));
  EXPECT_EQ(counter.word, ScalarSeries::kIntegralMax);
}

TEST(CounterSeries, IsSetToATotal) {
  CounterSeries counter{};
  for (const double total : {1500.0, 1500.5, kHuge, 0.0, 3.0}) {
    counter.set(total);
    EXPECT_EQ(counter.value(), total);
  }
}

TEST(CounterSeries, AddsToATotalAndForgetsIncrementsWithTheNext) {
  CounterSeries counter{};
  counter.add(7);
  counter.add(0.5);
  counter.set(100);
  EXPECT_EQ(counter.value(), 100);

  counter.add(2);
  EXPECT_TRUE(counter.update_alone(true, 3));
  EXPECT_EQ(counter.value(), 105);
  counter.set(110);
  EXPECT_EQ(counter.value(), 110);
}

TEST(ScalarSeries, SetsAGaugeToAnyValue) {
  GaugeSeries gauge{};
  for (const double value : {0.0, 0.1, 5.0, kHuge, std::numeric_limits<double>::max(), 2.0}) {
    EXPECT_TRUE(gauge.update_alone(false, value));
    EXPECT_EQ(gauge.value(), value);
  }
}

TEST(TimestampedGaugeSeries, ChangesValueAndTimeTogether) {
  TimestampedGaugeSeries gauge{};

  gauge.set_at(1656581400, -2.5);
  EXPECT_EQ(gauge.read().value, -2.5);
  EXPECT_EQ(gauge.read().timestamp, 1656581400U);
  gauge.add_at(7, 1);
  EXPECT_EQ(gauge.read().value, -1.5);
  EXPECT_EQ(gauge.read().timestamp, 7U);
  gauge.set_at(0, 3);

  EXPECT_EQ(gauge.read().value, 3);
  EXPECT_EQ(gauge.read().timestamp, 0U);
}

TEST(GaugeSeries, AddsToWhatWasSet) {
  GaugeSeries gauge{};
  gauge.set(5);
  gauge.add(-7.5);
  EXPECT_EQ(gauge.value(), -2.5);
  gauge.set(std::numeric_limits<double>::quiet_NaN());
  gauge.add(1);
  EXPECT_TRUE(std::isnan(gauge.value()));
}

}  // namespace
}  // namespace weir::metrics
