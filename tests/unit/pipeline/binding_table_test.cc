// SPDX-License-Identifier: Apache-2.0
#include "pipeline/binding_table.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "weir/sample/identity.h"

namespace weir::pipeline {
namespace {

using sample::Sample;
using sample::SampleKind;

const BindingTable::IsDead kNoneDead = [](const Binding&) { return false; };

Sample sample(std::string_view name, SampleKind kind = SampleKind::Counter,
              std::initializer_list<std::string_view> fields = {}) {
  Sample made;
  made.name = name;
  made.kind = kind;
  for (const auto field : fields) EXPECT_TRUE(made.fields.add(field));
  return made;
}

std::uint64_t hash_of(const Sample& of) {
  static const sample::IdentityHash hash(7, base::best_cpu_level());
  return hash.of(of);
}

Binding* add(BindingTable& table, const Sample& of, std::uint32_t outcome) {
  return table.insert(hash_of(of), of, {.outcome = outcome}, kNoneDead);
}

Binding* find(BindingTable& table, const Sample& of) { return table.find(hash_of(of), of); }

TEST(BindingTable, TellsIdentitiesApartThatJoinAlike) {
  BindingTable table({});
  const Sample rows[] = {sample("a"),
                         sample("a", SampleKind::Gauge),
                         sample("a", SampleKind::Counter, {"#b"}),
                         sample("a", SampleKind::Counter, {"#b", "#c"}),
                         sample("a", SampleKind::Counter, {"#b,#c"}),
                         sample("a|#b"),
                         sample("a", SampleKind::Counter, {"c:#b"})};
  std::uint32_t number = 0;
  for (const auto& row : rows) {
    EXPECT_EQ(find(table, row), nullptr);
    ASSERT_NE(add(table, row, number++), nullptr);
  }

  number = 0;
  for (const auto& row : rows) EXPECT_EQ(find(table, row)->outcome, number++);
}

// Whatever their hashes: here all have the same.
TEST(BindingTable, TellsColonsInNamesFromThoseInFields) {
  const auto with_colons = [](std::uint8_t colons, std::string_view name,
                              std::initializer_list<std::string_view> fields) {
    Sample made = sample(name, SampleKind::Counter, fields);
    made.name_colons = colons;
    return made;
  };
  const Sample rows[] = {
      with_colons(0, "a", {"#b:#c:#d"}), with_colons(1, "a:#b", {"#c:#d"}),
      with_colons(2, "a:#b:#c", {"#d"}), with_colons(0, "a", {"c:c:d"}),
      with_colons(1, "a:c", {"c:d"}),    with_colons(1, "a:#b", {}),
  };
  BindingTable table({});
  std::uint32_t number = 0;
  for (const auto& row : rows) {
    EXPECT_EQ(table.find(7, row), nullptr) << row.name;
    ASSERT_NE(table.insert(7, row, {.outcome = number++}, kNoneDead), nullptr);
  }

  number = 0;
  for (const auto& row : rows) EXPECT_EQ(table.find(7, row)->outcome, number++) << row.name;
}

TEST(BindingTable, DoesNotKeepNamesOfVeryManyColons) {
  BindingTable table({});
  Sample made = sample("a");
  made.name_colons = 31;
  EXPECT_NE(table.insert(7, made, {}, kNoneDead), nullptr);
  made.name_colons = 32;
  EXPECT_EQ(table.insert(7, made, {}, kNoneDead), nullptr);
}

TEST(BindingTable, FindsEverythingWhileItGrows) {
  constexpr std::uint32_t kNames = 20'000;
  BindingTable table({});

  for (std::uint32_t i = 0; i < kNames; ++i) {
    const std::string name = "name" + std::to_string(i);
    ASSERT_NE(add(table, sample(name), i), nullptr);
    const std::string earlier = "name" + std::to_string(i / 2);
    ASSERT_EQ(find(table, sample(earlier))->outcome, i / 2);
  }
  for (std::uint32_t i = 0; i < kNames; ++i) {
    const std::string name = "name" + std::to_string(i);
    ASSERT_EQ(find(table, sample(name))->outcome, i);
  }
  EXPECT_EQ(table.size(), kNames);
}

TEST(BindingTable, ChangesABindingInPlaceWhileItGrows) {
  BindingTable table({});
  for (std::uint32_t i = 0; i < 769; ++i) {
    add(table, sample("name" + std::to_string(i)), i);
  }

  for (std::uint32_t i = 0; i < 769; ++i) {
    find(table, sample("name" + std::to_string(i)))->outcome = i + 1000;
  }
  for (std::uint32_t i = 0; i < 500; ++i) add(table, sample("more" + std::to_string(i)), i);

  for (std::uint32_t i = 0; i < 769; ++i) {
    EXPECT_EQ(find(table, sample("name" + std::to_string(i)))->outcome, i + 1000);
  }
}

TEST(BindingTable, RefusesNewcomersWhenItIsFullOfTheLiving) {
  BindingTable table({.bindings_max = 100});
  for (std::uint32_t i = 0; i < 100; ++i) add(table, sample("name" + std::to_string(i)), i);

  EXPECT_EQ(add(table, sample("late"), 1), nullptr);
  EXPECT_NE(find(table, sample("name0")), nullptr);
}

TEST(BindingTable, ReclaimsTheDeadAndKeepsTheRestInReach) {
  constexpr std::uint32_t kNames = 700;
  BindingTable table({.bindings_max = kNames});
  for (std::uint32_t i = 0; i < kNames; ++i) add(table, sample("name" + std::to_string(i)), i);
  const BindingTable::IsDead odd_is_dead = [](const Binding& b) { return b.outcome % 2 == 1; };

  std::uint32_t added = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    const std::string name = "late" + std::to_string(i);
    const Sample late = sample(name);
    if (table.insert(hash_of(late), late, {.outcome = 2}, odd_is_dead) != nullptr) ++added;
  }

  EXPECT_GT(added, 100U);
  EXPECT_GT(table.reclaimed(), 100U);
  for (std::uint32_t i = 0; i < kNames; i += 2) {
    EXPECT_NE(find(table, sample("name" + std::to_string(i))), nullptr) << i;
  }
}

TEST(BindingTable, DoesNotKeepVeryLongIdentities) {
  BindingTable table({});
  const std::string name(5000, 'x');

  EXPECT_EQ(add(table, sample(name), 1), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

TEST(BindingTable, OffersTheEntryThatHoldsTheIdentity) {
  BindingTable table({});
  const Sample known = sample("requests", SampleKind::Timer, {"#a:b", "c:id"});
  Binding* const binding = add(table, known, 3);

  BindingTable::Entry* const entry = table.probe(hash_of(known));

  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(&entry->binding, binding);
  EXPECT_TRUE(BindingTable::holds(*entry, known));
  EXPECT_EQ(table.probe(hash_of(sample("others"))), nullptr);
}

TEST(BindingTable, HoldsNoIdentityThatIsOnlyAlike) {
  BindingTable table({});
  const Sample known = sample("requests", SampleKind::Timer, {"#a:b", "#c"});
  add(table, known, 3);
  const BindingTable::Entry& entry = *table.probe(hash_of(known));

  for (const Sample& other :
       {sample("requests", SampleKind::Gauge, {"#a:b", "#c"}),
        sample("requests", SampleKind::Timer), sample("request", SampleKind::Timer, {"#a:b", "#c"}),
        sample("requests2", SampleKind::Timer, {"#a:b", "#c"}),
        sample("Requests", SampleKind::Timer, {"#a:b", "#c"}),
        sample("requests", SampleKind::Timer, {"#a:b"}),
        sample("requests", SampleKind::Timer, {"#a:b", "#d"}),
        sample("requests", SampleKind::Timer, {"#a:b", "#c", "#d"}),
        sample("", SampleKind::Timer)}) {
    EXPECT_FALSE(BindingTable::holds(entry, other)) << other.name;
  }
}

TEST(BindingTable, OffersNothingWrongWhileItGrows) {
  constexpr std::uint32_t kNames = 5'000;
  BindingTable table({});
  std::uint32_t offered = 0;
  for (std::uint32_t i = 0; i < kNames; ++i) {
    add(table, sample("name" + std::to_string(i)), i);
    const std::string name = "name" + std::to_string(i / 2);
    const Sample earlier = sample(name);
    BindingTable::Entry* const entry = table.probe(hash_of(earlier));
    // What is still in the table before it grew, only `find` finds.
    if (entry == nullptr || !BindingTable::holds(*entry, earlier)) continue;
    ++offered;
    ASSERT_EQ(entry->binding.outcome, i / 2);
    ASSERT_EQ(&entry->binding, find(table, earlier));
  }
  EXPECT_GT(offered, kNames / 2);
}

TEST(BindingTable, LeavesEntriesInPlaceWhileItGrows) {
  constexpr std::uint32_t kNames = 20'000;
  BindingTable table({});
  std::vector<Binding*> places;
  for (std::uint32_t i = 0; i < kNames; ++i) {
    places.push_back(add(table, sample("name" + std::to_string(i)), i));
  }

  for (std::uint32_t i = 0; i < kNames; ++i) {
    ASSERT_EQ(find(table, sample("name" + std::to_string(i))), places[i]);
    ASSERT_EQ(places[i]->outcome, i);
  }
}

TEST(BindingTable, TakesIdentitiesOfEveryLengthUpToTheLargest) {
  constexpr std::size_t kLengthMax = 4096;
  // The kind, and an end mark.
  constexpr std::size_t kNameMax = kLengthMax - 2;
  BindingTable table({});
  std::uint32_t number = 0;
  for (std::size_t size = 1; size <= kNameMax; size += size < 200 ? 1 : 97) {
    const std::string name(size, 'x');
    ASSERT_NE(add(table, sample(name), ++number), nullptr) << size;
    ASSERT_EQ(find(table, sample(name))->outcome, number);
  }
  const std::string longest(kNameMax, 'y');
  EXPECT_NE(add(table, sample(longest), 1), nullptr);
  EXPECT_EQ(add(table, sample(longest + "y"), 1), nullptr);
  const std::string tags = "#" + std::string(kNameMax - 3, 't');
  EXPECT_NE(add(table, sample("z", SampleKind::Counter, {tags}), 5), nullptr);
  EXPECT_EQ(find(table, sample("z", SampleKind::Counter, {tags}))->outcome, 5U);
  EXPECT_EQ(add(table, sample("zz", SampleKind::Counter, {tags}), 1), nullptr);
}

TEST(BindingTable, BoundsTheBytesOfItsKeys) {
  BindingTable table({.bindings_max = 1000, .key_bytes_max = 2000});

  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < 100; ++i) {
    const std::string name = std::string(90, 'x') + std::to_string(i);
    if (add(table, sample(name), i) != nullptr) ++kept;
  }

  EXPECT_GT(kept, 10U);
  EXPECT_LT(kept, 20U);
}

}  // namespace
}  // namespace weir::pipeline
