// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/hyper_log_log.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

constexpr std::uint64_t kHashSeed = 20240531;

TEST(HyperLogLog, EstimatesNothingAsNothing) {
  HyperLogLog sketch;
  EXPECT_EQ(sketch.estimate(), 0);
  sketch.add(1);
  sketch.clear();
  EXPECT_EQ(sketch.estimate(), 0);
}

TEST(HyperLogLog, CountsAValueOnce) {
  HyperLogLog sketch;
  for (int i = 0; i < 1000; ++i) sketch.add(0x123456789abcdef0);
  EXPECT_NEAR(sketch.estimate(), 1, 0.01);
}

TEST(HyperLogLog, TakesTheExtremesOfHashes) {
  HyperLogLog sketch;
  sketch.add(0);
  sketch.add(~std::uint64_t{0});
  EXPECT_NEAR(sketch.estimate(), 2, 0.01);
}

struct Errors {
  double mean = 0;
  double root_mean_square = 0;
  double worst = 0;
};

// Relative errors of the estimates of `count` values in each of many sketches.
Errors measure(std::uint64_t count) {
  constexpr int kSketches = 200;
  std::mt19937_64 hashes(kHashSeed + count);
  Errors errors;
  double squares = 0;
  for (int i = 0; i < kSketches; ++i) {
    HyperLogLog sketch;
    for (std::uint64_t n = 0; n < count; ++n) sketch.add(hashes());
    const double error = sketch.estimate() / static_cast<double>(count) - 1;
    errors.mean += error / kSketches;
    squares += error * error / kSketches;
    errors.worst = std::max(errors.worst, std::abs(error));
  }
  errors.root_mean_square = std::sqrt(squares);
  return errors;
}

class HyperLogLogError : public testing::TestWithParam<std::uint64_t> {};

// From where a set stops being exact, over where the first form of the algorithm is biased, to
// where it is at home. Bounds of the measured figures leave room for 200 sketches being a sample.
TEST_P(HyperLogLogError, IsAsDocumented) {
  const Errors errors = measure(GetParam());
  EXPECT_LE(errors.root_mean_square, HyperLogLog::kStandardError * 1.15);
  EXPECT_LE(std::abs(errors.mean), HyperLogLog::kStandardError * 0.3);
  EXPECT_LE(errors.worst, HyperLogLog::kStandardError * 4);
}

INSTANTIATE_TEST_SUITE_P(Counts, HyperLogLogError,
                         testing::Values(1001, 3000, 8000, 10'240, 14'000, 20'000, 50'000));

TEST(HyperLogLog, MergesAsIfAllWereAddedToOne) {
  std::mt19937_64 hashes(kHashSeed);
  HyperLogLog left;
  HyperLogLog right;
  HyperLogLog all;
  for (int i = 0; i < 30'000; ++i) {
    const std::uint64_t hash = hashes();
    all.add(hash);
    if (i % 3 != 0) left.add(hash);
    if (i % 3 != 1) right.add(hash);
  }
  HyperLogLog other_way = right;
  other_way.merge(left);
  left.merge(right);

  EXPECT_EQ(left.estimate(), all.estimate());
  EXPECT_EQ(other_way.estimate(), all.estimate());
  left.merge(left);
  EXPECT_EQ(left.estimate(), all.estimate());
}

}  // namespace
}  // namespace weir::metrics
