// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/summary.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "ck_vectors.h"

namespace weir::metrics {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr base::TimePoint kSummaryStart{seconds(1000)};

Definition make_summary_definition(std::vector<Objective> objectives = default_objectives()) {
  Definition definition;
  definition.type = Type::Summary;
  definition.objectives = std::move(objectives);
  return definition;
}

Summary::Reading read(Summary& summary, base::TimePoint now) {
  Summary::Reading reading;
  summary.read(now, reading);
  return reading;
}

TEST(Summary, ReadsNaNWhenNothingWasObserved) {
  const Definition definition = make_summary_definition();
  Summary summary(definition, kSummaryStart);

  const Summary::Reading reading = read(summary, kSummaryStart + seconds(1));

  ASSERT_EQ(reading.quantiles.size(), 3U);
  for (const double quantile : reading.quantiles) EXPECT_TRUE(std::isnan(quantile));
  EXPECT_EQ(reading.sum, 0);
  EXPECT_EQ(reading.count, 0U);
}

TEST(Summary, ReadsExactRanksOfFewObservations) {
  const Definition definition = make_summary_definition();
  Summary summary(definition, kSummaryStart);
  for (int i = 1; i <= 10; ++i) summary.observe(i, 1, kSummaryStart);

  const Summary::Reading reading = read(summary, kSummaryStart);

  EXPECT_EQ(reading.quantiles, (std::vector<double>{5, 9, 10}));
  EXPECT_EQ(reading.sum, 55);
  EXPECT_EQ(reading.count, 10U);
}

TEST(Summary, CarriesWeights) {
  const Definition definition = make_summary_definition();
  Summary summary(definition, kSummaryStart);
  summary.observe(2, 1000000, kSummaryStart);
  summary.observe(5, 1, kSummaryStart);

  const Summary::Reading reading = read(summary, kSummaryStart);

  EXPECT_EQ(reading.quantiles, (std::vector<double>{2, 2, 2}));
  EXPECT_EQ(reading.sum, 2000005);
  EXPECT_EQ(reading.count, 1000001U);
}

TEST(Summary, KeepsSumAndCountWithoutObjectives) {
  const Definition definition = make_summary_definition({});
  Summary summary(definition, kSummaryStart);
  summary.observe(2.5, 2, kSummaryStart);
  summary.observe(-1, 1, kSummaryStart + seconds(100000));

  const Summary::Reading reading = read(summary, kSummaryStart + seconds(200000));

  EXPECT_TRUE(reading.quantiles.empty());
  EXPECT_EQ(reading.sum, 4);
  EXPECT_EQ(reading.count, 3U);
}

TEST(Summary, AcceptsEveryValue) {
  const Definition definition = make_summary_definition({{0, 0.01}, {1, 0.01}});
  Summary summary(definition, kSummaryStart);
  const double inf = std::numeric_limits<double>::infinity();
  for (const double value : {-3.0, inf, -inf, 1.0}) summary.observe(value, 1, kSummaryStart);

  const Summary::Reading reading = read(summary, kSummaryStart);

  EXPECT_EQ(reading.quantiles, (std::vector<double>{-inf, inf}));
  EXPECT_TRUE(std::isnan(reading.sum));
  EXPECT_EQ(reading.count, 4U);
}

class SummaryGolden : public testing::TestWithParam<GoldenVector> {};

TEST_P(SummaryGolden, ComesOutExactly) {
  const Definition definition = make_summary_definition();
  Summary summary(definition, kSummaryStart);
  for (const double value : make_input(GetParam().input, GetParam().n)) {
    summary.observe(value, 1, kSummaryStart + seconds(1));
  }

  const Summary::Reading reading = read(summary, kSummaryStart + seconds(1));

  EXPECT_EQ(reading.quantiles,
            std::vector<double>(GetParam().quantiles.begin(), GetParam().quantiles.end()));
  EXPECT_EQ(reading.count, GetParam().n);
}

INSTANTIATE_TEST_SUITE_P(, SummaryGolden, testing::ValuesIn(kGoldenVectors),
                         [](const auto& test) { return test.param.title; });

// Ten minutes in five streams: a period of two minutes.
TEST(Summary, ForgetsAPeriodAtATime) {
  const Definition definition = make_summary_definition({{0, 0.01}});
  Summary summary(definition, kSummaryStart);
  for (int period = 0; period < 5; ++period) {
    summary.observe(period, 1, kSummaryStart + seconds(120 * period + 60));
  }

  EXPECT_EQ(read(summary, kSummaryStart + seconds(600)).quantiles[0], 0);
  EXPECT_EQ(read(summary, kSummaryStart + seconds(600) + nanoseconds(1)).quantiles[0], 1);
  EXPECT_EQ(read(summary, kSummaryStart + seconds(720)).quantiles[0], 1);
  EXPECT_EQ(read(summary, kSummaryStart + seconds(721)).quantiles[0], 2);
  EXPECT_EQ(read(summary, kSummaryStart + seconds(1080)).quantiles[0], 4);
  EXPECT_TRUE(std::isnan(read(summary, kSummaryStart + seconds(1081)).quantiles[0]));
}

TEST(Summary, KeepsTotalsWhenTheWindowIsEmpty) {
  const Definition definition = make_summary_definition();
  Summary summary(definition, kSummaryStart);
  summary.observe(3, 4, kSummaryStart);

  const Summary::Reading reading = read(summary, kSummaryStart + std::chrono::hours(24 * 365));

  EXPECT_TRUE(std::isnan(reading.quantiles[0]));
  EXPECT_EQ(reading.sum, 12);
  EXPECT_EQ(reading.count, 4U);
}

// What was buffered when a period ended belongs to that period, so it leaves with it.
TEST(Summary, FlushesBeforeItRotates) {
  Definition definition = make_summary_definition({{0, 0.01}});
  definition.max_age = seconds(10);
  definition.age_buckets = 1;
  Summary summary(definition, kSummaryStart);
  summary.observe(1, 1, kSummaryStart + seconds(10));
  summary.observe(2, 1, kSummaryStart + seconds(10) + nanoseconds(1));

  const Summary::Reading reading = read(summary, kSummaryStart + seconds(20));

  EXPECT_EQ(reading.quantiles[0], 2);
  EXPECT_EQ(reading.count, 2U);
}

TEST(Summary, AnswersAgainAfterALongSilence) {
  const Definition definition = make_summary_definition({{0.5, 0.01}});
  Summary summary(definition, kSummaryStart);
  summary.observe(1, 1, kSummaryStart);
  const base::TimePoint later = kSummaryStart + std::chrono::hours(1000);
  summary.observe(9, 1, later);

  EXPECT_EQ(read(summary, later).quantiles[0], 9);
}

TEST(Summary, TakesBuffersAndAgesOfAnySize) {
  for (const std::uint32_t buffer_size : {1U, 3U, 499U, 2000U}) {
    Definition definition = make_summary_definition();
    definition.buffer_size = buffer_size;
    definition.age_buckets = 3;
    Summary summary(definition, kSummaryStart);
    for (const double value : make_input(Input::Congruential, 10000)) {
      summary.observe(value, 1, kSummaryStart);
    }

    const Summary::Reading reading = read(summary, kSummaryStart);

    EXPECT_EQ(reading.quantiles, (std::vector<double>{53616, 90109, 99056})) << buffer_size;
    EXPECT_EQ(reading.count, 10000U);
  }
}

// Those that are observed in turn are not all flushed in the same moment.
TEST(Summary, FillsBuffersOfDifferentSizes) {
  Definition definition = make_summary_definition();
  definition.buffer_size = 100;
  std::deque<Summary> summaries;
  std::set<std::uint32_t> sizes;
  for (int i = 0; i < 1000; ++i) {
    sizes.insert(summaries.emplace_back(definition, kSummaryStart).buffer_size());
  }

  EXPECT_GT(sizes.size(), 20U);
  EXPECT_GE(*sizes.begin(), 75U);
  EXPECT_LE(*sizes.rbegin(), 100U);
}

TEST(Summary, TakesExtremeAges) {
  for (const nanoseconds max_age : {nanoseconds(1), nanoseconds::max()}) {
    Definition definition = make_summary_definition();
    definition.max_age = max_age;
    Summary summary(definition, kSummaryStart);
    summary.observe(4, 1, kSummaryStart);
    summary.observe(4, 1, kSummaryStart + seconds(5));

    EXPECT_EQ(read(summary, kSummaryStart + seconds(5)).quantiles[0], 4);
  }
}

TEST(Summary, ReusesTheReading) {
  const Definition wide = make_summary_definition();
  const Definition narrow = make_summary_definition({{0.5, 0.05}});
  Summary first(wide, kSummaryStart);
  Summary second(narrow, kSummaryStart);
  second.observe(8, 1, kSummaryStart);
  Summary::Reading reading;

  first.read(kSummaryStart, reading);
  second.read(kSummaryStart, reading);

  EXPECT_EQ(reading.quantiles, (std::vector<double>{8}));
  EXPECT_EQ(reading.sum, 8);
}

// One thread's clock is behind the other's, as batches are.
TEST(Summary, LosesNothingBetweenThreads) {
  constexpr int kObservations = 60000;
  Definition definition = make_summary_definition();
  definition.max_age = seconds(1);
  definition.buffer_size = 50;
  Summary summary(definition, kSummaryStart);
  std::atomic<bool> done{false};
  const auto observe = [&summary](int offset) {
    for (int i = 0; i < kObservations; ++i) {
      summary.observe(1 + i % 3, 1 + static_cast<std::uint32_t>(i % 2),
                      kSummaryStart + milliseconds(i / 10 + offset));
    }
  };
  std::thread reader([&] {
    Summary::Reading reading;
    std::uint64_t last = 0;
    while (!done) {
      summary.read(kSummaryStart, reading);
      EXPECT_GE(reading.count, last);
      last = reading.count;
    }
  });
  std::thread first(observe, 0);
  std::thread second(observe, 3);
  first.join();
  second.join();
  done = true;
  reader.join();

  const Summary::Reading reading = read(summary, kSummaryStart + seconds(10));

  EXPECT_EQ(reading.count, 2 * kObservations * 3U / 2);
  EXPECT_EQ(reading.sum, 2 * kObservations * 3.0);
}

}  // namespace
}  // namespace weir::metrics
