// SPDX-License-Identifier: Apache-2.0
#include "exposition/name_hashes.h"

#include <cstdint>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace weir::exposition {
namespace {

TEST(NameHashes, HasNoneAtFirst) {
  const NameHashes hashes;

  EXPECT_FALSE(hashes.contains(0));
  EXPECT_FALSE(hashes.contains(~std::uint64_t{0}));
}

// Few bits, so that many come twice, at either end of the range.
TEST(NameHashes, HoldsWhatASetHolds) {
  std::mt19937_64 random(7);
  NameHashes hashes;
  std::set<std::uint64_t> model;
  const auto any = [&random] {
    const std::uint64_t bits = random() % 4096;
    return random() % 2 == 0 ? bits : bits << 52;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t hash = any();
    const std::uint64_t other = any();
    hashes.insert(hash);
    model.insert(hash);

    ASSERT_TRUE(hashes.contains(hash));
    ASSERT_EQ(hashes.contains(other), model.contains(other)) << other;
  }
}

}  // namespace
}  // namespace weir::exposition
