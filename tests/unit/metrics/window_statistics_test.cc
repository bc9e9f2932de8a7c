// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/window_statistics.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr base::TimePoint kStart{seconds(1000)};
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Moments of(std::span<const double> values) {
  Moments moments;
  for (const double value : values) moments.add(value, 1);
  return moments;
}

// In two passes and with more digits than a double has.
double true_stddev(std::span<const double> values) {
  long double sum = 0;
  for (const double value : values) sum += value;
  const long double mean = sum / static_cast<long double>(values.size());
  long double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return static_cast<double>(std::sqrt(squares / static_cast<long double>(values.size())));
}

std::vector<double> random_values(double offset, double spread, std::size_t count) {
  std::mt19937_64 random(count);
  std::normal_distribution<double> distribution(offset, spread);
  std::vector<double> values(count);
  for (double& value : values) value = distribution(random);
  return values;
}

void expect_near(const Moments& moments, const Moments& expected) {
  EXPECT_EQ(moments.count, expected.count);
  EXPECT_EQ(moments.min, expected.min);
  EXPECT_EQ(moments.max, expected.max);
  EXPECT_NEAR(moments.stddev(), expected.stddev(), expected.stddev() * 1e-12);
}

TEST(Moments, AreOfAllNumbers) {
  const Moments moments = of(std::vector<double>{2, 4, 4, 4, 5, 5, 7, 9});

  EXPECT_EQ(moments.count, 8U);
  EXPECT_EQ(moments.min, 2);
  EXPECT_EQ(moments.max, 9);
  EXPECT_DOUBLE_EQ(moments.stddev(), 2);
}

TEST(Moments, OfNothingHaveNoDeviation) { EXPECT_TRUE(std::isnan(Moments().stddev())); }

TEST(Moments, OfOneNumberHaveNone) {
  for (const double value : {0.0, -0.1, 1e300, std::numeric_limits<double>::denorm_min()}) {
    Moments moments;
    moments.add(value, 3);

    EXPECT_EQ(moments.min, value);
    EXPECT_EQ(moments.max, value);
    EXPECT_EQ(moments.stddev(), 0) << value;
  }
}

TEST(Moments, OfEqualNumbersHaveNone) {
  Moments moments;
  for (int i = 0; i < 1000; ++i) moments.add(0.1, 1 + static_cast<std::uint32_t>(i % 7));

  EXPECT_EQ(moments.stddev(), 0);
}

// The sum of the squares less the square of the sum has no right digit left here.
TEST(Moments, KeepSmallDifferencesOfLargeNumbers) {
  for (const double offset : {0.0, 1e9, -1e9, 1e12, 1e15}) {
    const Moments moments =
        of(std::vector<double>{offset + 4, offset + 7, offset + 13, offset + 16});

    EXPECT_NEAR(moments.stddev(), std::sqrt(22.5), 1e-12) << offset;
  }
}

TEST(Moments, AreTrueForManyNumbers) {
  for (const double offset : {0.0, 1.0, 1e6, -1e9}) {
    const auto values = random_values(offset, 0.25, 100'000);

    EXPECT_NEAR(of(values).stddev(), true_stddev(values), 1e-9 * true_stddev(values)) << offset;
  }
}

TEST(Moments, MergedAreThoseOfTheWhole) {
  for (const double offset : {0.0, -5.0, 1e9}) {
    const auto values = random_values(offset, 3, 10'000);
    const std::span<const double> all(values);
    for (const std::size_t cut : {0U, 1U, 17U, 5'000U, 9'999U, 10'000U}) {
      Moments merged = of(all.first(cut));
      merged.merge(of(all.subspan(cut)));

      expect_near(merged, of(all));
    }
  }
}

TEST(Moments, OfAWeightAreThoseOfAsManyNumbers) {
  Moments weighted;
  Moments repeated;
  for (const auto& [value, weight] : {std::pair{3.5, 1U}, {10.25, 40U}, {-7.0, 3U}, {3.5, 1000U}}) {
    weighted.add(value, weight);
    for (std::uint32_t i = 0; i < weight; ++i) repeated.add(value, 1);
  }

  expect_near(weighted, repeated);
}

TEST(Moments, WithAnInfinityHaveExtremesAndNoDeviation) {
  for (const auto& values :
       {std::vector<double>{kInf}, {1, kInf}, {kInf, 1}, {-kInf, kInf}, {1, kInf, 2, kInf}}) {
    const Moments moments = of(values);

    EXPECT_EQ(moments.max, kInf);
    EXPECT_EQ(moments.min, *std::min_element(values.begin(), values.end()));
    EXPECT_TRUE(std::isnan(moments.stddev()));
  }
}

// A ring of three periods of ten seconds.
struct Bench {
  std::vector<Moments> ring = std::vector<Moments>(3);
  WindowStatistics statistics{ring, seconds(10), kStart};
};

TEST(WindowStatistics, ForgetAPeriodAtATime) {
  Bench bench;
  for (int period = 0; period < 3; ++period) {
    bench.statistics.observe(period, 1, kStart + seconds(10 * period + 5));
  }

  EXPECT_EQ(bench.statistics.read(kStart + seconds(30)).min, 0);
  EXPECT_EQ(bench.statistics.read(kStart + seconds(30) + nanoseconds(1)).min, 1);
  EXPECT_EQ(bench.statistics.read(kStart + seconds(40)).count, 2U);
  EXPECT_EQ(bench.statistics.read(kStart + seconds(41)).min, 2);
  EXPECT_EQ(bench.statistics.read(kStart + seconds(50)).count, 1U);
  EXPECT_EQ(bench.statistics.read(kStart + seconds(51)).count, 0U);
}

TEST(WindowStatistics, AreThoseOfTheLatestObservations) {
  Bench bench;
  const auto values = random_values(1e6, 2, 4'000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    bench.statistics.observe(values[i], 1, kStart + std::chrono::milliseconds(10 * i));
  }
  const std::span<const double> latest = std::span(values).last(999 + 2'000);

  // The last observation is of the fourth period, which began after the 3,000th.
  const Moments read = bench.statistics.read(kStart + std::chrono::milliseconds(39'990));

  EXPECT_EQ(read.count, latest.size());
  EXPECT_NEAR(read.stddev(), true_stddev(latest), 1e-9);
}

TEST(WindowStatistics, AnswerAgainAfterALongSilence) {
  Bench bench;
  bench.statistics.observe(1, 1, kStart);
  const base::TimePoint later = kStart + std::chrono::hours(100'000);
  bench.statistics.observe(9, 2, later);

  const Moments read = bench.statistics.read(later);

  EXPECT_EQ(read.count, 2U);
  EXPECT_EQ(read.min, 9);
}

TEST(WindowStatistics, LeaveNaNOut) {
  Bench bench;
  bench.statistics.observe(kNaN, 5, kStart);
  EXPECT_EQ(bench.statistics.read(kStart).count, 0U);
  bench.statistics.observe(2, 1, kStart);
  bench.statistics.observe(kNaN, 1, kStart);
  bench.statistics.observe(4, 1, kStart);

  const Moments read = bench.statistics.read(kStart);

  EXPECT_EQ(read.count, 2U);
  EXPECT_EQ(read.min, 2);
  EXPECT_EQ(read.max, 4);
  EXPECT_EQ(read.stddev(), 1);
}

TEST(WindowStatistics, TakeARingOfOne) {
  std::vector<Moments> ring(1);
  WindowStatistics statistics(ring, seconds(10), kStart);
  statistics.observe(1, 1, kStart + seconds(10));
  EXPECT_EQ(statistics.read(kStart + seconds(10)).max, 1);
  statistics.observe(2, 1, kStart + seconds(11));

  EXPECT_EQ(statistics.read(kStart + seconds(20)).min, 2);
}

// A clock may be behind that of another thread, as batches are.
TEST(WindowStatistics, TakeAnOlderTimeForThePresent) {
  Bench bench;
  bench.statistics.observe(1, 1, kStart + seconds(15));
  bench.statistics.observe(2, 1, kStart + seconds(5));

  EXPECT_EQ(bench.statistics.read(kStart + seconds(40)).count, 2U);
}

TEST(WindowStatistics, LoseNothingBetweenThreads) {
  constexpr std::uint64_t kObservations = 200'000;
  std::vector<Moments> ring(5);
  WindowStatistics statistics(ring, seconds(1000), kStart);
  std::atomic<bool> is_done{false};
  const auto observe = [&](double value) {
    for (std::uint64_t i = 0; i < kObservations; ++i) statistics.observe(value, 1, kStart);
  };
  std::thread reader([&] {
    while (!is_done) EXPECT_LE(statistics.read(kStart).count, 2 * kObservations);
  });
  std::thread first(observe, 1);
  std::thread second(observe, 3);
  first.join();
  second.join();
  is_done = true;
  reader.join();

  const Moments read = statistics.read(kStart);

  EXPECT_EQ(read.count, 2 * kObservations);
  EXPECT_NEAR(read.stddev(), 1, 1e-9);
}

}  // namespace
}  // namespace weir::metrics
