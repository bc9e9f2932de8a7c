// SPDX-License-Identifier: Apache-2.0
#include "pipeline/binding_table.h"

#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "weir/sample/identity.h"

namespace weir::pipeline {
namespace {

using sample::Fingerprint;

const BindingTable::IsDead kNoneDead = [](const Binding&) { return false; };

// The lower half leads to the place.
Fingerprint identity(std::uint64_t number) {
  constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15;
  return {number * kSpread >> 32U, number};
}

Binding* add(BindingTable& table, std::uint32_t number) {
  return table.insert(identity(number), {.outcome = number}, kNoneDead);
}

// The number of the one that was added as `number`.
std::uint32_t found(const BindingTable& table, std::uint32_t number) {
  const Binding* const binding = table.find(identity(number));
  return binding == nullptr ? ~0U : binding->outcome;
}

TEST(BindingTable, TellsApartWhatDiffersInEitherHalf) {
  BindingTable table({});
  const Fingerprint rows[] = {{0, 0}, {1, 0}, {0, 1}, {1, 1}, {std::uint64_t{1} << 63, 0}};
  std::uint32_t number = 0;
  for (const auto& row : rows) {
    EXPECT_EQ(table.find(row), nullptr);
    ASSERT_NE(table.insert(row, {.outcome = number++}, kNoneDead), nullptr);
  }

  number = 0;
  for (const auto& row : rows) EXPECT_EQ(table.find(row)->outcome, number++);
}

// Begin in the last line, and go on in the first.
TEST(BindingTable, KeepsWhatHasOnePlace) {
  constexpr std::uint32_t kCount = 50;
  BindingTable table({.bindings_max = kCount});
  const auto at = [](std::uint64_t number) { return Fingerprint{~std::uint64_t{0}, number}; };
  for (std::uint32_t i = 0; i < kCount; ++i) {
    ASSERT_NE(table.insert(at(i), {.outcome = i}, kNoneDead), nullptr);
  }
  for (std::uint32_t i = 0; i < kCount; ++i) EXPECT_EQ(table.find(at(i))->outcome, i);
  EXPECT_EQ(table.find(at(kCount)), nullptr);

  const BindingTable::IsDead thirds_are_dead = [](const Binding& b) { return b.outcome % 3 == 0; };
  for (std::uint32_t i = 0; i < 20; ++i) table.insert({0, i}, {.outcome = 1}, thirds_are_dead);

  for (std::uint32_t i = 0; i < kCount; ++i) {
    if (i % 3 == 0) {
      EXPECT_EQ(table.find(at(i)), nullptr) << i;
    } else {
      ASSERT_NE(table.find(at(i)), nullptr) << i;
      EXPECT_EQ(table.find(at(i))->outcome, i);
    }
  }
}

TEST(BindingTable, FindsEverythingWhileItGrows) {
  constexpr std::uint32_t kCount = 20'000;
  BindingTable table({});

  for (std::uint32_t i = 0; i < kCount; ++i) {
    ASSERT_NE(add(table, i), nullptr);
    ASSERT_EQ(found(table, i / 2), i / 2);
    ASSERT_EQ(table.find(identity(i + 1)), nullptr);
  }
  for (std::uint32_t i = 0; i < kCount; ++i) ASSERT_EQ(found(table, i), i);
  EXPECT_EQ(table.size(), kCount);
}

TEST(BindingTable, ChangesABindingInPlaceWhileItGrows) {
  constexpr std::uint32_t kCount = 769;
  BindingTable table({});
  for (std::uint32_t i = 0; i < kCount; ++i) add(table, i);

  for (std::uint32_t i = 0; i < kCount; ++i) table.find(identity(i))->outcome = i + 1000;
  for (std::uint32_t i = 0; i < 300; ++i) add(table, kCount + i);

  for (std::uint32_t i = 0; i < kCount; ++i) EXPECT_EQ(found(table, i), i + 1000);
}

TEST(BindingTable, RefusesNewcomersWhenItIsFullOfTheLiving) {
  BindingTable table({.bindings_max = 100});
  for (std::uint32_t i = 0; i < 100; ++i) add(table, i);

  EXPECT_EQ(add(table, 100), nullptr);
  EXPECT_EQ(found(table, 0), 0U);
}

TEST(BindingTable, ReclaimsTheDeadAndKeepsTheRestInReach) {
  constexpr std::uint32_t kCount = 700;
  BindingTable table({.bindings_max = kCount});
  for (std::uint32_t i = 0; i < kCount; ++i) add(table, i);
  const BindingTable::IsDead odd_is_dead = [](const Binding& b) { return b.outcome % 2 == 1; };

  std::uint32_t added = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    if (table.insert(identity(kCount + i), {.outcome = 2}, odd_is_dead) != nullptr) ++added;
  }

  EXPECT_GT(added, 100U);
  EXPECT_GT(table.reclaimed(), 100U);
  for (std::uint32_t i = 0; i < kCount; i += 2) EXPECT_EQ(found(table, i), i);
}

TEST(BindingTable, OffersWhatItHolds) {
  BindingTable table({});
  Binding* const binding = add(table, 3);

  BindingTable::Entry* const entry = table.probe(identity(3));

  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(&entry->binding, binding);
  EXPECT_EQ(table.probe(identity(4)), nullptr);
}

TEST(BindingTable, OffersNothingWrongWhileItGrows) {
  constexpr std::uint32_t kCount = 5'000;
  BindingTable table({});
  std::uint32_t offered = 0;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    add(table, i);
    BindingTable::Entry* const entry = table.probe(identity(i / 2));
    // What is still in the table before it grew, only `find` finds.
    if (entry == nullptr) continue;
    ++offered;
    ASSERT_EQ(entry->binding.outcome, i / 2);
    ASSERT_EQ(&entry->binding, table.find(identity(i / 2)));
  }
  EXPECT_GT(offered, kCount / 2);
}

TEST(BindingTable, GoesOnGrowingWithoutNewcomers) {
  constexpr std::uint32_t kCount = 769;
  BindingTable table({});
  for (std::uint32_t i = 0; i < kCount; ++i) add(table, i);
  const auto out_of_reach = [&table] {
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < kCount; ++i) count += table.probe(identity(i)) == nullptr ? 1 : 0;
    return count;
  };
  EXPECT_GT(out_of_reach(), 500U);

  for (int i = 0; i < 64; ++i) table.go_on();

  EXPECT_EQ(out_of_reach(), 0U);
}

TEST(BindingTable, LeavesEntriesInPlaceWhileItGrows) {
  constexpr std::uint32_t kCount = 20'000;
  BindingTable table({});
  std::vector<Binding*> places;
  for (std::uint32_t i = 0; i < kCount; ++i) places.push_back(add(table, i));

  for (std::uint32_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(table.find(identity(i)), places[i]);
    ASSERT_EQ(places[i]->outcome, i);
  }
}

TEST(BindingTable, UsesThePlacesOfTheDeadAgain) {
  constexpr std::uint32_t kCount = 100;
  BindingTable table({.bindings_max = kCount});
  std::set<Binding*> places;
  for (std::uint32_t i = 0; i < kCount; ++i) places.insert(add(table, i));
  const BindingTable::IsDead all_are_dead = [](const Binding&) { return true; };

  // The hand needs some rounds to come by all of them.
  for (std::uint32_t i = 0; i < kCount / 2; ++i) {
    Binding* const added = table.insert(identity(kCount + i), {}, all_are_dead);
    if (added == nullptr) continue;
    EXPECT_TRUE(places.contains(added));
  }
  EXPECT_GT(table.reclaimed(), kCount / 2);
}

// 32 bytes each, and those of a table that has grown.
TEST(BindingTable, BoundsItsBytes) {
  const auto kept = [](std::size_t bytes_max) {
    BindingTable table({.bytes_max = bytes_max});
    std::uint32_t count = 0;
    while (add(table, count) != nullptr) ++count;
    return count;
  };
  EXPECT_EQ(kept(0), 0U);
  EXPECT_EQ(kept(2000), 61U);
  EXPECT_LT(kept(std::size_t{1} << 20), (std::size_t{1} << 20) / 32);
  EXPECT_GT(kept(std::size_t{1} << 20), (std::size_t{1} << 20) / 64);
}

}  // namespace
}  // namespace weir::pipeline
