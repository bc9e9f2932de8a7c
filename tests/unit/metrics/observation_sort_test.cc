// SPDX-License-Identifier: Apache-2.0
#include "metrics/observation_sort.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

bool ascends(const Observation& left, const Observation& right) {
  return precedes(left.value, right.value);
}

struct SortCase {
  const char* title;
  double (*value)(std::mt19937& random, std::size_t i);
};

class SortByValue : public testing::TestWithParam<SortCase> {};

TEST_P(SortByValue, AscendsAndKeepsEachObservation) {
  std::mt19937 random(42);
  for (const std::size_t n : {0, 1, 2, 63, 64, 499, 500}) {
    std::vector<Observation> observations;
    for (std::size_t i = 0; i < n; ++i) {
      observations.push_back({GetParam().value(random, i), static_cast<std::uint32_t>(i + 1),
                              static_cast<std::uint32_t>(i)});
    }
    const std::vector<Observation> unsorted = observations;

    sort_by_value(observations);

    EXPECT_TRUE(std::is_sorted(observations.begin(), observations.end(), ascends)) << n;
    std::vector<bool> seen(n);
    for (const Observation& observation : observations) {
      const Observation& original = unsorted[observation.arrival];
      EXPECT_FALSE(precedes(original.value, observation.value) ||
                   precedes(observation.value, original.value));
      EXPECT_EQ(observation.weight, original.weight);
      EXPECT_FALSE(seen[observation.arrival]);
      seen[observation.arrival] = true;
    }
  }
}

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

INSTANTIATE_TEST_SUITE_P(
    , SortByValue,
    testing::Values(
        SortCase{"Constant", [](std::mt19937&, std::size_t) { return 0.25; }},
        SortCase{"Ascending", [](std::mt19937&, std::size_t i) { return static_cast<double>(i); }},
        SortCase{"Descending",
                 [](std::mt19937&, std::size_t i) { return -static_cast<double>(i); }},
        SortCase{"BothSigns", [](std::mt19937& random,
                                 std::size_t) { return static_cast<double>(random()) - 2e9; }},
        SortCase{"ZerosOfBothSigns",
                 [](std::mt19937&, std::size_t i) { return i % 2 == 0 ? 0.0 : -0.0; }},
        SortCase{"CloserThanAMillionth",
                 [](std::mt19937& random, std::size_t) {
                   return 1e9 + static_cast<double>(random() % 100);
                 }},
        SortCase{"Specials",
                 [](std::mt19937& random, std::size_t) {
                   const double values[] = {kNaN,      -kNaN,
                                            kInfinite, -kInfinite,
                                            1,         std::numeric_limits<double>::denorm_min()};
                   return values[random() % 6];
                 }}),
    [](const auto& test) { return test.param.title; });

}  // namespace
}  // namespace weir::metrics
