// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/distinct_values.h"

#include <cstdint>
#include <random>
#include <unordered_set>

#include <gtest/gtest.h>

namespace weir::insight {
namespace {

TEST(DistinctValues, CountsFewExactly) {
  DistinctValues values;
  std::mt19937_64 random(1);
  std::unordered_set<std::uint64_t> exact;
  for (int i = 0; i < 3000; ++i) {
    const std::uint64_t hash = (random() % DistinctValues::kExactMax) * 0x9e3779b97f4a7c15;
    values.add(hash);
    exact.insert(hash);
  }

  EXPECT_EQ(values.count(), exact.size());
  EXPECT_FALSE(values.is_estimate());
}

TEST(DistinctValues, EstimatesMany) {
  DistinctValues values;
  std::mt19937_64 random(2);
  constexpr int kCount = 100'000;
  for (int i = 0; i < kCount; ++i) values.add(random());

  EXPECT_TRUE(values.is_estimate());
  // Three standard errors.
  EXPECT_NEAR(static_cast<double>(values.count()), kCount,
              3 * metrics::HyperLogLog::kStandardError * kCount);
}

TEST(DistinctValues, CountsAnewAfterItIsCleared) {
  DistinctValues values;
  for (std::uint64_t i = 1; i <= 2000; ++i) values.add(i * 0x9e3779b97f4a7c15);
  values.clear();
  values.add(5);
  values.add(5);

  EXPECT_EQ(values.count(), 1);
  EXPECT_FALSE(values.is_estimate());
}

}  // namespace
}  // namespace weir::insight
