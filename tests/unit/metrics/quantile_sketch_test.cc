// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/quantile_sketch.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "ck_vectors.h"
#include "plain_sketch.h"
#include "rounds.h"

namespace weir::metrics {
namespace {

std::vector<Objective> random_objectives(std::mt19937& random) {
  static const std::vector<std::vector<Objective>> kSets = {
      default_objectives(),
      {{0.5, 0.01}},
      {{0.5, 0.001}, {0.999, 0.0001}},
      {{0, 0.01}, {0.25, 0.02}, {0.75, 0.02}, {1, 0.01}},
      {{0, 0.05}},
      {{1, 0.05}},
      {{0.01, 0.005}, {0.99, 0.2}},
      {{0.5, 0}},
      {{0.5, 1}}};
  if (random() % 2 == 0) return kSets[random() % kSets.size()];
  std::uniform_real_distribution<double> between(0, 1);
  std::vector<Objective> made(1 + random() % 5);
  for (Objective& objective : made) {
    objective = {between(random), between(random) / (1U << random() % 12)};
  }
  return made;
}

std::vector<Observation> random_batch(std::mt19937& random, bool has_weights) {
  std::vector<Observation> batch(random() % 3 == 0 ? random() % 501 : 500);
  // Few different values, or nearly all of them different.
  const std::uint32_t values = random() % 2 == 0 ? 10 : 1'000'000;
  const std::uint32_t weights = has_weights ? 1U << random() % 21 : 1;
  for (Observation& observation : batch) {
    const double value = static_cast<double>(random() % values);
    observation = {value * value, 1 + static_cast<std::uint32_t>(random() % weights), 0};
  }
  std::sort(batch.begin(), batch.end(), [](const Observation& left, const Observation& right) {
    return precedes(left.value, right.value);
  });
  return batch;
}

void expect_same_answers(const QuantileSketch& sketch, const PlainSketch& plain) {
  constexpr int kQuantiles = 200;
  ASSERT_EQ(sketch.size(), plain.size());
  for (int i = 0; i <= kQuantiles && plain.size() > 0; ++i) {
    const double quantile = static_cast<double>(i) / kQuantiles;
    ASSERT_EQ(std::bit_cast<std::uint64_t>(sketch.query(quantile)),
              std::bit_cast<std::uint64_t>(plain.query(quantile)))
        << quantile;
  }
}

void merge_batches(std::uint32_t seed, bool has_weights) {
  std::mt19937 random(seed);
  for (int round = 0; round < support::rounds(60); ++round) {
    const std::vector<Objective> objectives = random_objectives(random);
    QuantileSketch sketch(objectives);
    PlainSketch plain(objectives);
    for (int batches = 0; batches < 40; ++batches) {
      const std::vector<Observation> batch = random_batch(random, has_weights);
      sketch.merge(batch);
      plain.merge(batch);
      ASSERT_NO_FATAL_FAILURE(expect_same_answers(sketch, plain)) << round << ' ' << batches;
    }
  }
}

TEST(QuantileSketch, KeepsWhatThePlainAlgorithmKeeps) { merge_batches(7, false); }

TEST(QuantileSketch, KeepsWhatThePlainAlgorithmKeepsOfWeights) { merge_batches(8, true); }

}  // namespace
}  // namespace weir::metrics
