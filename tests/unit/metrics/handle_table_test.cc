// SPDX-License-Identifier: Apache-2.0
#include "metrics/handle_table.h"

#include <map>
#include <random>
#include <set>
#include <utility>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

constexpr auto kAny = [](std::uint32_t) { return true; };

TEST(HandleTable, FindsNothingWhileItIsEmpty) {
  EXPECT_EQ(HandleTable().find(7, kAny), 0U);
  EXPECT_EQ(HandleTable().bytes(), 0U);
}

TEST(HandleTable, TellsHandlesOfOneHashApart) {
  HandleTable table;
  for (std::uint32_t handle = 1; handle <= 100; ++handle) table.insert(~0U, handle);

  EXPECT_EQ(table.find(~0U, [](std::uint32_t handle) { return handle == 57; }), 57U);
  table.erase(~0U, 57);
  EXPECT_EQ(table.find(~0U, [](std::uint32_t handle) { return handle == 57; }), 0U);
  EXPECT_EQ(table.find(~0U, [](std::uint32_t handle) { return handle == 100; }), 100U);
  EXPECT_EQ(table.size(), 99U);
}

// Hashes of all over, and of a few places close together, at both ends too.
std::uint32_t random_hash(std::mt19937& random) {
  switch (random() % 4) {
    case 0: return random() % 8;
    case 1: return ~(random() % 8);
    case 2: return 0x8000'0000 + random() % 64;
    default: return static_cast<std::uint32_t>(random());
  }
}

TEST(HandleTable, HasWhatASetHas) {
  std::mt19937 random(1);
  HandleTable table;
  std::map<std::uint32_t, std::uint32_t> hashes;
  for (int step = 0; step < 40'000; ++step) {
    const std::uint32_t handle = 1 + random() % (step < 20'000 ? 5'000 : 500);
    const auto known = hashes.find(handle);
    if (known == hashes.end()) {
      const std::uint32_t hash = hashes[handle] = random_hash(random);
      table.insert(hash, handle);
    } else {
      table.erase(known->second, handle);
      hashes.erase(known);
    }
  }

  std::set<std::uint32_t> visited;
  table.for_each([&visited](std::uint32_t handle) { visited.insert(handle); });
  EXPECT_EQ(visited.size(), hashes.size());
  EXPECT_EQ(table.size(), hashes.size());
  for (const auto& [handle, hash] : hashes) {
    EXPECT_EQ(table.find(hash, [of = handle](std::uint32_t each) { return each == of; }), handle);
  }
}

TEST(HandleTable, TakesLittleMoreThanItsEntries) {
  constexpr std::uint32_t kEntries = 100'000;
  constexpr std::size_t kEntryBytes = 8;
  std::mt19937 random(1);
  HandleTable table;
  for (std::uint32_t handle = 1; handle <= kEntries; ++handle) {
    const std::size_t before = table.bytes();
    const std::size_t growth = table.growth_bytes();
    table.insert(static_cast<std::uint32_t>(random()), handle);
    EXPECT_EQ(table.bytes(), growth == 0 ? before : growth);
  }

  EXPECT_GT(table.bytes(), kEntries * kEntryBytes);
  EXPECT_LT(table.bytes(), kEntries * kEntryBytes * 3 / 2);
}

}  // namespace
}  // namespace weir::metrics
