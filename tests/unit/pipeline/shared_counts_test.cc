// SPDX-License-Identifier: Apache-2.0
#include "pipeline/shared_counts.h"

#include <limits>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace weir::pipeline {
namespace {

struct Counter {
  metrics::CounterSeries series{};
  Binding binding;
};

// As the fast path does.
void add(SharedCounts& counts, Counter& counter, double increment) {
  if (counter.binding.kept != 0) {
    counts.add(counter.binding, increment);
  } else {
    counts.begin(counter.binding, counter.series, increment, 7);
  }
}

TEST(SharedCounts, TakesWholeIncrementsThatAreNotTooLarge) {
  for (const double taken : {0.0, 1.0, 17.0, 1'048'576.0}) {
    EXPECT_TRUE(SharedCounts::takes(taken)) << taken;
  }
  for (const double refused :
       {-1.0, 0.5, 1'048'577.0, 1e300, std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(SharedCounts::takes(refused)) << refused;
  }
}

TEST(SharedCounts, KeepsSumsUntilTheyAreSettled) {
  SharedCounts counts;
  Counter one;
  Counter other;
  add(counts, one, 2);
  add(counts, other, 10);
  add(counts, one, 3);
  EXPECT_EQ(one.series.value(), 0);
  EXPECT_EQ(one.series.touched.load(), 0U);

  counts.settle(7);

  EXPECT_EQ(one.series.value(), 5);
  EXPECT_EQ(other.series.value(), 10);
  EXPECT_EQ(one.series.touched.load(), 7U);
  EXPECT_EQ(one.binding.kept, 0U);
  counts.settle(8);
  EXPECT_EQ(one.series.value(), 5);
  EXPECT_EQ(one.series.touched.load(), 7U);
  add(counts, one, 1);
  counts.settle(9);
  EXPECT_EQ(one.series.value(), 6);
}

TEST(SharedCounts, HasRoomForAnyNumberOfCounters) {
  SharedCounts counts;
  std::vector<std::unique_ptr<Counter>> counters;
  for (int i = 0; i < 1000; ++i) counters.push_back(std::make_unique<Counter>());
  for (int round = 0; round < 3; ++round) {
    for (auto& counter : counters) add(counts, *counter, 1);
  }
  counts.settle(7);
  for (auto& counter : counters) {
    EXPECT_EQ(counter->series.value(), 3);
    EXPECT_EQ(counter->binding.kept, 0U);
  }
}

// Another identity got the entry of one that was given up.
TEST(SharedCounts, KeepsTheCountersOfOneEntryApart) {
  SharedCounts counts;
  Counter one;
  metrics::CounterSeries next{};
  add(counts, one, 2);
  one.binding = {};
  counts.begin(one.binding, next, 10, 7);
  counts.add(one.binding, 1);

  counts.settle(7);

  EXPECT_EQ(one.series.value(), 2);
  EXPECT_EQ(next.value(), 11);
}

}  // namespace
}  // namespace weir::pipeline
