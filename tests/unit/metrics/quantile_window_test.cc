// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/quantile_window.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "ck_vectors.h"

namespace weir::metrics {
namespace {

using Weighted = std::pair<double, std::uint32_t>;

void insert(QuantileWindow& window, double value, std::uint32_t weight = 1) {
  const Observation observation{value, weight, 0};
  window.insert(std::span(&observation, 1));
}

void insert_all(QuantileWindow& window, const std::vector<double>& values, std::size_t step) {
  std::vector<Observation> observations;
  observations.reserve(values.size());
  for (const double value : values) observations.push_back({value, 1, 0});
  const std::span<const Observation> all(observations);
  for (std::size_t at = 0; at < all.size(); at += step) {
    window.insert(all.subspan(at, std::min(step, all.size() - at)));
  }
}

class Golden : public testing::TestWithParam<GoldenVector> {};

TEST_P(Golden, ComesOutExactly) {
  // However the observations are handed over, the reference's batches of 500 must result.
  for (const std::size_t step : {1, 7, 500, 1000}) {
    QuantileWindow window(default_objectives(), 1);

    insert_all(window, make_input(GetParam().input, GetParam().n), step);

    EXPECT_EQ(window.query(0.5), GetParam().quantiles[0]) << step;
    EXPECT_EQ(window.query(0.9), GetParam().quantiles[1]) << step;
    EXPECT_EQ(window.query(0.99), GetParam().quantiles[2]) << step;
    EXPECT_EQ(window.size(), GetParam().entries) << step;
    EXPECT_EQ(window.count(), GetParam().n) << step;
  }
}

INSTANTIATE_TEST_SUITE_P(, Golden, testing::ValuesIn(kGoldenVectors),
                         [](const auto& test) { return test.param.title; });

TEST(QuantileWindow, AnswersNaNWhenEmpty) {
  QuantileWindow window(default_objectives(), 5);

  EXPECT_TRUE(std::isnan(window.query(0.5)));
  EXPECT_EQ(window.count(), 0U);
  EXPECT_EQ(window.size(), 0U);
}

TEST(QuantileWindow, AnswersTheSmallestForQuantileZero) {
  QuantileWindow window(default_objectives(), 1);
  insert(window, 3);
  insert(window, -2);

  EXPECT_EQ(window.query(0), -2);
  EXPECT_EQ(window.query(1), 3);
}

TEST(QuantileWindow, CountsWeightsInTheExactRank) {
  QuantileWindow window(default_objectives(), 1);
  insert(window, 1, 5);
  insert(window, 3, 1);
  insert(window, 2, 4);

  EXPECT_EQ(window.query(0.5), 1);
  EXPECT_EQ(window.query(0.51), 2);
  EXPECT_EQ(window.query(0.9), 2);
  EXPECT_EQ(window.query(0.99), 3);
  EXPECT_EQ(window.count(), 10U);
  EXPECT_EQ(window.size(), 3U);
}

TEST(QuantileWindow, KeepsOneEntryPerWeightedObservation) {
  QuantileWindow window(default_objectives(), 1);
  for (int i = 0; i < 400; ++i) insert(window, i, 1000000);

  EXPECT_EQ(window.size(), 400U);
  EXPECT_EQ(window.count(), 400000000U);
  EXPECT_EQ(window.query(0.5), 199);
}

TEST(QuantileWindow, OrdersNaNFirstAndInfinitiesAtTheirEnds) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  QuantileWindow window(default_objectives(), 1);
  for (const double value : {inf, 1.0, nan, -inf, 2.0}) insert(window, value);

  EXPECT_TRUE(std::isnan(window.query(0.2)));
  EXPECT_EQ(window.query(0.4), -inf);
  EXPECT_EQ(window.query(0.6), 1);
  EXPECT_EQ(window.query(0.8), 2);
  EXPECT_EQ(window.query(1), inf);
}

TEST(QuantileWindow, SurvivesNaNAmongMergedObservations) {
  QuantileWindow window(default_objectives(), 1);
  std::vector<double> values = make_input(Input::Congruential, 5000);
  for (std::size_t i = 0; i < values.size(); i += 50) values[i] = std::nan("");

  insert_all(window, values, 500);

  EXPECT_NEAR(window.query(0.9), 90000, 2000);
  EXPECT_EQ(window.count(), 5000U);
}

TEST(QuantileWindow, ForgetsAStreamPerStep) {
  QuantileWindow window(default_objectives(), 3);
  insert(window, 1);
  window.advance(1);
  insert(window, 2);
  window.advance(1);
  insert(window, 3);

  EXPECT_EQ(window.count(), 3U);
  EXPECT_EQ(window.query(0), 1);

  window.advance(1);
  EXPECT_EQ(window.count(), 2U);
  EXPECT_EQ(window.query(0), 2);

  window.advance(1);
  EXPECT_EQ(window.count(), 1U);
  EXPECT_EQ(window.query(0), 3);

  window.advance(1);
  EXPECT_EQ(window.count(), 0U);
}

TEST(QuantileWindow, ForgetsEverythingAfterManySteps) {
  QuantileWindow window(default_objectives(), 5);
  insert_all(window, make_input(Input::Congruential, 1234), 100);

  window.advance(std::uint64_t{1} << 40);

  EXPECT_EQ(window.count(), 0U);
  insert(window, 7);
  EXPECT_EQ(window.query(0.5), 7);
}

TEST(QuantileWindow, GivesEachStreamBatchesOfItsOwn) {
  constexpr std::size_t kStreams = 4;
  const std::vector<double> values = make_input(Input::Congruential, 20000);
  QuantileWindow ring(default_objectives(), kStreams);
  std::vector<QuantileWindow> apart(kStreams, QuantileWindow(default_objectives(), 1));
  std::mt19937 random(7);
  std::size_t head = 0;
  for (std::size_t at = 0; at < values.size();) {
    const std::size_t step = std::min<std::size_t>(1 + random() % 700, values.size() - at);
    const std::vector<double> part(values.begin() + static_cast<std::ptrdiff_t>(at),
                                   values.begin() + static_cast<std::ptrdiff_t>(at + step));
    at += step;
    insert_all(ring, part, step);
    for (QuantileWindow& window : apart) insert_all(window, part, step);
    if (random() % 4 == 0) {
      ring.advance(1);
      apart[head].advance(1);
      head = (head + 1) % kStreams;
    }
    if (random() % 3 != 0) continue;

    ASSERT_EQ(ring.count(), apart[head].count());
    if (ring.count() == 0) continue;
    for (const Objective& objective : default_objectives()) {
      ASSERT_EQ(ring.query(objective.quantile), apart[head].query(objective.quantile));
    }
    ASSERT_EQ(ring.size(), apart[head].size());
  }
}

enum class Order : std::uint8_t { Sorted, Reversed, Random, Constant, Few };
enum class Weights : std::uint8_t { One, Small, Wild };

class RankError : public testing::TestWithParam<std::tuple<Order, Weights>> {};

std::vector<Weighted> make_observations(Order order, Weights weights, std::size_t n) {
  std::mt19937 random(42);
  std::vector<Weighted> observations;
  for (std::size_t i = 0; i < n; ++i) {
    double value = 17;
    if (order == Order::Random) value = static_cast<double>(random() % 1000000) / 1000;
    if (order == Order::Few) value = static_cast<double>(random() % 10);
    if (order == Order::Sorted) value = static_cast<double>(i);
    if (order == Order::Reversed) value = static_cast<double>(n - i);
    std::uint32_t weight = 1;
    if (weights == Weights::Small) weight = 1 + random() % 10;
    if (weights == Weights::Wild) weight = random() % 100 == 0 ? 1000 : 1 + random() % 3;
    observations.emplace_back(value, weight);
  }
  return observations;
}

// Ranks that `value` holds among `sorted`, as shares of the whole.
std::pair<double, double> rank_range(const std::vector<Weighted>& sorted, double value) {
  double before = 0;
  double through = 0;
  double total = 0;
  for (const auto& [other, weight] : sorted) {
    total += weight;
    if (other < value) before += weight;
    if (other <= value) through += weight;
  }
  return {(before + 1) / total, through / total};
}

TEST_P(RankError, StaysWithinTwiceTheObjective) {
  const auto [order, weights] = GetParam();
  for (const std::size_t n : {1, 499, 500, 501, 5000, 30000}) {
    const std::vector<Weighted> observations = make_observations(order, weights, n);
    QuantileWindow window(default_objectives(), 1);

    for (const auto& [value, weight] : observations) insert(window, value, weight);

    for (const Objective& objective : default_objectives()) {
      const double estimate = window.query(objective.quantile);
      const auto [first, last] = rank_range(observations, estimate);
      EXPECT_GE(last, objective.quantile - 2 * objective.error) << n << ' ' << objective.quantile;
      EXPECT_LE(first, objective.quantile + 2 * objective.error + 1.0 / static_cast<double>(n))
          << n << ' ' << objective.quantile;
    }
  }
}

std::string title_of(const testing::TestParamInfo<RankError::ParamType>& test) {
  static constexpr const char* kOrders[] = {"Sorted", "Reversed", "Random", "Constant", "Few"};
  static constexpr const char* kWeights[] = {"One", "Small", "Wild"};
  const auto [order, weights] = test.param;
  return std::string(kOrders[static_cast<int>(order)]) + kWeights[static_cast<int>(weights)];
}

INSTANTIATE_TEST_SUITE_P(
    , RankError,
    testing::Combine(testing::Values(Order::Sorted, Order::Reversed, Order::Random, Order::Constant,
                                     Order::Few),
                     testing::Values(Weights::One, Weights::Small, Weights::Wild)),
    title_of);

TEST(QuantileWindow, KeepsFewEntriesUnderWeights) {
  QuantileWindow window(default_objectives(), 1);
  for (const auto& [value, weight] : make_observations(Order::Random, Weights::Small, 50000)) {
    insert(window, value, weight);
  }

  EXPECT_LT(window.size(), 500U);
}

}  // namespace
}  // namespace weir::metrics
