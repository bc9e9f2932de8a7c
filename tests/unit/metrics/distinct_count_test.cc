// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/distinct_count.h"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "weir/base/hash.h"

namespace weir::metrics {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t kSeed = 99;
// Periods are a second long.
constexpr seconds kWindow{10};
constexpr double kErrorMax = 3 * HyperLogLog::kStandardError;

std::uint64_t hash_of(std::uint64_t n) { return base::hash_bytes(std::to_string(n), kSeed); }

struct Harness {
  Harness() : count(kWindow, start, heap) {}

  bool add(std::uint64_t n) { return count.add(hash_of(n), now); }
  void add_range(std::uint64_t from, std::uint64_t to) {
    for (; from < to; ++from) ASSERT_TRUE(add(from));
  }
  double read() { return count.read(now); }
  // Not where two periods meet.
  void go_to(int second) { now = start + seconds(second) + std::chrono::milliseconds(500); }

  base::TimePoint start{std::chrono::hours(5)};
  base::TimePoint now = start;
  HeapBudget heap;
  DistinctCount count;
};

TEST(DistinctCount, IsExactUpToAThousand) {
  Harness harness;
  EXPECT_EQ(harness.read(), 0);
  for (int times = 0; times < 3; ++times) harness.add_range(0, 1000);
  EXPECT_EQ(harness.read(), 1000);
}

TEST(DistinctCount, EstimatesMore) {
  for (const std::uint64_t count : {1001, 2000, 20'000, 200'000}) {
    Harness harness;
    for (int times = 0; times < 2; ++times) harness.add_range(0, count);
    const auto exact = static_cast<double>(count);
    EXPECT_NEAR(harness.read(), exact, exact * kErrorMax);
    EXPECT_EQ(harness.read(), std::round(harness.read()));
  }
}

TEST(DistinctCount, HoldsAValueForAtLeastTheWindowAndAtMostATenthLonger) {
  Harness harness;
  harness.now = harness.start + std::chrono::milliseconds(2999);
  harness.add_range(0, 1);
  harness.now = harness.start + std::chrono::milliseconds(12'999);
  EXPECT_EQ(harness.read(), 1);
  harness.now = harness.start + std::chrono::milliseconds(13'999);
  EXPECT_EQ(harness.read(), 0);

  Harness early;
  early.add_range(0, 1);
  early.now = early.start + seconds(11);
  EXPECT_EQ(early.read(), 1);
  early.now += std::chrono::nanoseconds(1);
  EXPECT_EQ(early.read(), 0);
}

TEST(DistinctCount, SlidesOverExactValues) {
  Harness harness;
  for (int second = 0; second < 40; ++second) {
    harness.go_to(second);
    const auto first = static_cast<std::uint64_t>(second) * 20;
    harness.add_range(first, first + 30);
    const int periods = std::min(second, 10) + 1;
    ASSERT_EQ(harness.read(), 20 * periods + 10) << second;
  }
}

TEST(DistinctCount, SlidesOverEstimates) {
  Harness harness;
  for (int second = 0; second < 40; ++second) {
    harness.go_to(second);
    const auto first = static_cast<std::uint64_t>(second) * 3000;
    harness.add_range(first, first + 3000);
    const double exact = 3000.0 * (std::min(second, 10) + 1);
    ASSERT_NEAR(harness.read(), exact, exact * kErrorMax) << second;
  }
}

// Every value of the window is kept when the count stops being exact.
TEST(DistinctCount, TakesOlderValuesAlongIntoTheEstimate) {
  Harness harness;
  harness.add_range(0, 900);
  harness.go_to(5);
  harness.add_range(900, 3000);
  EXPECT_NEAR(harness.read(), 3000, 3000 * kErrorMax);
  harness.go_to(11);
  EXPECT_NEAR(harness.read(), 2100, 2100 * kErrorMax);
}

TEST(DistinctCount, IsExactAgainAWindowAfterTheMany) {
  Harness harness;
  harness.add_range(0, 5000);
  for (int second = 1; second <= 11; ++second) {
    harness.go_to(second);
    harness.add_range(0, 700);
  }
  EXPECT_EQ(harness.read(), 700);
  harness.add_range(700, 1000);
  EXPECT_EQ(harness.read(), 1000);
}

TEST(DistinctCount, IsExactAgainAfterAPause) {
  Harness harness;
  harness.add_range(0, 5000);
  harness.now += std::chrono::hours(1);
  EXPECT_EQ(harness.read(), 0);
  harness.add_range(0, 900);
  EXPECT_EQ(harness.read(), 900);
}

TEST(DistinctCount, TakesAnOlderTimeForThePresent) {
  Harness harness;
  harness.now += seconds(30);
  harness.add_range(0, 1);
  harness.now -= seconds(29);
  harness.add_range(1, 2);
  EXPECT_EQ(harness.read(), 2);
}

TEST(DistinctCount, ChargesItsMemoryWhichIsBoundedAndGivesItBack) {
  constexpr std::size_t kBytesMax = 60 * 1024 + 4096;
  HeapBudget heap;
  {
    const base::TimePoint start{};
    DistinctCount count(kWindow, start, heap);
    EXPECT_EQ(heap.used, 0U);
    ASSERT_TRUE(count.add(hash_of(0), start));
    EXPECT_EQ(heap.used, 64U);
    for (std::uint64_t n = 0; n < 100'000; ++n) {
      const auto now = start + std::chrono::milliseconds(n);
      ASSERT_TRUE(count.add(hash_of(n), now));
      ASSERT_LE(heap.used, kBytesMax);
    }
    EXPECT_GT(heap.used, sizeof(DistinctWindow::Sketches));
    static_cast<void>(count.read(start + std::chrono::hours(1)));
    EXPECT_EQ(heap.used, 0U);
    ASSERT_TRUE(count.add(hash_of(0), start + std::chrono::hours(1)));
  }
  EXPECT_EQ(heap.used, 0U);
}

TEST(DistinctCount, RefusesWhatTheBudgetHasNoRoomFor) {
  Harness harness;
  harness.heap.max = 200;
  harness.add_range(0, 6);
  EXPECT_TRUE(harness.add(6));
  harness.add_range(7, 12);
  EXPECT_FALSE(harness.add(12));
  EXPECT_TRUE(harness.add(11));
  EXPECT_EQ(harness.read(), 12);

  harness.heap.max = 40'000;
  harness.add_range(0, 1000);
  EXPECT_FALSE(harness.add(1000));
  EXPECT_EQ(harness.read(), 1000);
  harness.heap.max = 80'000;
  EXPECT_TRUE(harness.add(1000));
}

TEST(DistinctCount, TakesWindowsOfAnyLength) {
  for (const auto window : {std::chrono::nanoseconds(1), std::chrono::nanoseconds::max()}) {
    HeapBudget heap;
    const base::TimePoint start{std::chrono::hours(1)};
    DistinctCount count(window, start, heap);
    ASSERT_TRUE(count.add(hash_of(1), start));
    EXPECT_EQ(count.read(start), 1);
    ASSERT_TRUE(count.add(hash_of(2), start + seconds(1)));
    EXPECT_EQ(count.read(start + seconds(1)), window.count() == 1 ? 1 : 2);
  }
}

TEST(DistinctCount, IsAddedToAndReadByManyThreads) {
  constexpr std::uint64_t kValues = 30'000;
  Harness harness;
  std::vector<std::thread> writers;
  for (std::uint64_t writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&harness, writer] {
      for (std::uint64_t n = 0; n < kValues; ++n) {
        static_cast<void>(harness.count.add(hash_of(n * 2 / 3 + writer), harness.start));
      }
    });
  }
  double last = 0;
  for (int i = 0; i < 200; ++i) last = std::max(last, harness.count.read(harness.start));
  for (auto& writer : writers) writer.join();
  const double exact = 20'002;
  EXPECT_NEAR(harness.read(), exact, exact * kErrorMax);
  EXPECT_LE(last, exact * (1 + kErrorMax));
}

}  // namespace
}  // namespace weir::metrics
