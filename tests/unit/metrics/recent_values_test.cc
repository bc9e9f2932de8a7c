// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/recent_values.h"

#include <cstdint>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

using Added = RecentValues::Added;

constexpr std::uint64_t kSeed = 7;

// Spread over all bits, and never the same for two numbers.
std::uint64_t hash_of(std::uint64_t n) { return (n + 1) * 0x9e3779b97f4a7c15; }

// Adds, with room where it is wanted. False when the window is full.
bool add(RecentValues& values, std::uint64_t hash) {
  while (true) {
    switch (values.add(hash)) {
      case Added::Yes: return true;
      case Added::Full: return false;
      case Added::NeedsRoom: {
        auto room = RecentValues::Room::of(values.next_capacity());
        values.move_to(room);
      }
    }
  }
}

TEST(RecentValues, CountsEachValueOnceUpToItsMost) {
  RecentValues values;
  for (std::uint64_t n = 0; n < RecentValues::kSizeMax; ++n) {
    for (int times = 0; times < 3; ++times) ASSERT_TRUE(add(values, hash_of(n)));
    ASSERT_EQ(values.count(), n + 1);
  }
  EXPECT_FALSE(add(values, hash_of(RecentValues::kSizeMax)));
  EXPECT_TRUE(add(values, hash_of(0)));
  EXPECT_EQ(values.count(), RecentValues::kSizeMax);
}

TEST(RecentValues, NeedsNoRoomForWhatItKnows) {
  RecentValues values;
  EXPECT_EQ(values.add(hash_of(1)), Added::NeedsRoom);
  for (std::uint64_t n = 0; n < 6; ++n) ASSERT_TRUE(add(values, hash_of(n)));
  const std::size_t bytes = values.bytes();
  EXPECT_EQ(bytes, 64U);
  EXPECT_EQ(values.add(hash_of(6)), Added::NeedsRoom);
  for (std::uint64_t n = 0; n < 6; ++n) EXPECT_EQ(values.add(hash_of(n)), Added::Yes);
  EXPECT_EQ(values.bytes(), bytes);
}

TEST(RecentValues, ForgetsAValueAWindowAfterItWasLastSeen) {
  RecentValues values;
  ASSERT_TRUE(add(values, hash_of(1)));
  ASSERT_TRUE(add(values, hash_of(2)));
  values.turn_to(5);
  ASSERT_TRUE(add(values, hash_of(2)));
  values.turn_to(RecentValues::kPeriods);
  EXPECT_EQ(values.count(), 2U);
  values.turn_to(RecentValues::kPeriods + 1);
  EXPECT_EQ(values.count(), 1U);
  values.turn_to(RecentValues::kPeriods + 6);
  EXPECT_EQ(values.count(), 0U);
}

TEST(RecentValues, RemembersNothingHoweverLongNothingCame) {
  for (const std::uint64_t pause : {11, 254, 255, 256, 510, 1'000'000}) {
    RecentValues values;
    ASSERT_TRUE(add(values, hash_of(1)));
    values.turn_to(pause);
    EXPECT_EQ(values.count(), 0U) << pause;
  }
}

// Nothing makes it look for what is old but the time that passes.
TEST(RecentValues, RemembersNothingThroughManyPeriods) {
  RecentValues values;
  ASSERT_TRUE(add(values, hash_of(1)));
  for (std::uint64_t period = 1; period < 600; ++period) {
    values.turn_to(period);
    ASSERT_EQ(values.count(), period <= RecentValues::kPeriods ? 1U : 0U) << period;
  }
}

// What is old makes way for what is new: the room does not grow with all that ever came.
TEST(RecentValues, KeepsItsRoomHoweverManyComeAndGo) {
  RecentValues values;
  for (std::uint64_t period = 0; period < 1000; ++period) {
    values.turn_to(period);
    for (std::uint64_t n = 0; n < 40; ++n) ASSERT_TRUE(add(values, hash_of(period * 40 + n)));
  }
  EXPECT_EQ(values.count(), 40 * (RecentValues::kPeriods + 1));
  EXPECT_LE(values.bytes(), 2048 * sizeof(std::uint64_t));
}

TEST(RecentValues, AgreesWithAPlainTable) {
  std::mt19937_64 random(kSeed);
  RecentValues values;
  std::map<std::uint64_t, std::uint64_t> plain;
  std::uint64_t period = 0;
  for (int step = 0; step < 40'000; ++step) {
    if (random() % 64 == 0) values.turn_to(period += random() % 50 == 0 ? 200 : random() % 4);
    const std::uint64_t n = random() % 900;
    ASSERT_TRUE(add(values, hash_of(n)));
    plain[n] = period;
    if (step % 100 != 0) continue;
    std::size_t expected = 0;
    for (const auto& [value, seen] : plain) expected += period - seen <= RecentValues::kPeriods;
    ASSERT_EQ(values.count(), expected) << step;
  }
}

TEST(RecentValues, VisitsEachWithItsAge) {
  RecentValues values;
  ASSERT_TRUE(add(values, hash_of(1)));
  values.turn_to(3);
  ASSERT_TRUE(add(values, hash_of(2)));
  std::map<std::uint64_t, std::uint64_t> ages;
  values.visit([&ages](std::uint64_t hash, std::uint64_t age) { ages[hash >> 8] = age; });
  const std::map<std::uint64_t, std::uint64_t> expected{{hash_of(1) >> 8, 3}, {hash_of(2) >> 8, 0}};
  EXPECT_EQ(ages, expected);
}

TEST(RecentValues, GivesItsRoomBack) {
  RecentValues values;
  ASSERT_TRUE(add(values, hash_of(1)));
  EXPECT_EQ(values.give_back().capacity, 8U);
  EXPECT_EQ(values.bytes(), 0U);
  EXPECT_EQ(values.count(), 0U);
  ASSERT_TRUE(add(values, hash_of(1)));
  EXPECT_EQ(values.count(), 1U);
}

}  // namespace
}  // namespace weir::metrics
