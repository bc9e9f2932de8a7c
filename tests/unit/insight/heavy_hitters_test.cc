// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/heavy_hitters.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace weir::insight {
namespace {

TEST(HeavyHitters, IsExactWhileKeysAreFew) {
  HeavyHitters<int> keys(3, 100);
  keys.add("b", 2) = 7;
  keys.add("a", 5);
  keys.add("b", 1);

  const auto sorted = keys.sorted();
  ASSERT_EQ(sorted.size(), 2);
  EXPECT_EQ(sorted[0]->key, "a");
  EXPECT_EQ(sorted[0]->seen(), 5);
  EXPECT_EQ(sorted[1]->seen(), 3);
  EXPECT_EQ(sorted[1]->value, 7);
  EXPECT_EQ(keys.replaced(), 0);
  EXPECT_EQ(keys.total(), 8);
}

TEST(HeavyHitters, ANewKeyTakesTheEntryOfTheSmallestAndStartsAnew) {
  HeavyHitters<int> keys(2, 100);
  keys.add("a", 5);
  keys.add("b", 2) = 7;
  EXPECT_EQ(keys.add("c", 1), 0);

  EXPECT_EQ(keys.find("b"), nullptr);
  ASSERT_NE(keys.find("c"), nullptr);
  EXPECT_EQ(keys.find("c")->count, 3);
  EXPECT_EQ(keys.find("c")->error, 2);
  EXPECT_EQ(keys.find("c")->seen(), 1);
  EXPECT_EQ(keys.replaced(), 1);
}

TEST(HeavyHitters, CutsLongKeysSoThatMemoryHasABound) {
  HeavyHitters<int> keys(10, 4);
  keys.add("abcdef", 1);
  keys.add("abcdxy", 1);

  ASSERT_EQ(keys.size(), 1);
  EXPECT_EQ(keys.sorted().front()->key, "abcd");
  EXPECT_EQ(keys.find("abcd42")->seen(), 2);
}

TEST(HeavyHitters, ForgetsAll) {
  HeavyHitters<int> keys(2, 100);
  keys.add("a", 5);
  keys.clear();

  EXPECT_EQ(keys.size(), 0);
  EXPECT_EQ(keys.find("a"), nullptr);
  keys.add("a", 1);
  EXPECT_EQ(keys.find("a")->count, 1);
}

// Of the algorithm: no count is too small, `count - error` is never too large, no error is above
// total / entries, and what has more than that share is there.
TEST(HeavyHittersProperty, KeepsWithinTheBoundsOfSpaceSaving) {
  constexpr std::size_t kEntries = 50;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    std::exponential_distribution<double> spread(1.0 / (10.0 * seed));
    HeavyHitters<int> keys(kEntries, 100);
    std::map<std::string, std::uint64_t> exact;
    std::uint64_t total = 0;
    for (int i = 0; i < 20'000; ++i) {
      const std::string key = std::to_string(static_cast<int>(spread(random)));
      const std::uint64_t weight = 1 + random() % 5;
      keys.add(key, weight);
      exact[key] += weight;
      total += weight;
    }
    ASSERT_EQ(keys.total(), total);
    ASSERT_EQ(keys.size(), std::min(kEntries, exact.size()));
    for (const auto* entry : keys.sorted()) {
      EXPECT_GE(entry->count, exact[entry->key]) << entry->key << ' ' << seed;
      EXPECT_LE(entry->seen(), exact[entry->key]) << entry->key << ' ' << seed;
      EXPECT_LE(entry->error, total / kEntries) << entry->key << ' ' << seed;
    }
    for (const auto& [key, count] : exact) {
      const bool is_kept = keys.find(key) != nullptr;
      EXPECT_TRUE(is_kept || count <= total / kEntries) << key << ' ' << seed;
    }
  }
}

}  // namespace
}  // namespace weir::insight
