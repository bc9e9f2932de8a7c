// SPDX-License-Identifier: Apache-2.0
#include "metrics/family_order.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// More than are sorted at once.
constexpr std::size_t kMany = 40'000;
// Of more the first are taken out before the others are divided.
constexpr std::size_t kVeryMany = 80'000;

struct Families {
  FamilyHandle add(const std::string& name) {
    const FamilyHandle handle = memory.families.allocate(Family::bytes(name.size()));
    Family::make(memory.families.at(handle), name)->handle = handle;
    return handle;
  }
  FamilyList add_all(const std::vector<std::string>& names) {
    FamilyList added;
    for (const std::string& name : names) added.push_back(add(name));
    return added;
  }
  void append(const std::vector<std::string>& names) { order.add(memory, add_all(names)); }
  [[nodiscard]] std::string name(FamilyHandle family) const {
    return std::string(memory.family(family).name());
  }

  // What is left of a pass.
  std::vector<std::string> rest(FamilyCursor& pass) const {
    std::vector<std::string> names;
    for (const Family* family = pass.family(); family != nullptr; family = pass.family()) {
      names.emplace_back(family->name());
      pass.next();
    }
    return names;
  }
  std::vector<std::string> all() {
    FamilyCursor pass(memory, order);
    return rest(pass);
  }
  void purge(const std::set<std::string>& gone) {
    order.purge([&](FamilyHandle family) { return gone.contains(name(family)); });
  }

  SeriesMemory memory;
  FamilyOrder order;
};

// Of few services, and in no order.
std::vector<std::string> random_names(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::set<std::string> names;
  while (names.size() < count) {
    names.insert("service" + std::to_string(random() % 7) + "_requests_by_endpoint_" +
                 std::to_string(random()));
  }
  std::vector<std::string> made(names.begin(), names.end());
  std::shuffle(made.begin(), made.end(), random);
  return made;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

TEST(FamilyOrder, IsThatOfTheNames) {
  Families families;
  EXPECT_THAT(families.all(), IsEmpty());
  families.append({"b", "", "a", "ab"});
  EXPECT_THAT(families.all(), ElementsAre("", "a", "ab", "b"));
  families.append({"aa", "c"});
  EXPECT_THAT(families.all(), ElementsAre("", "a", "aa", "ab", "b", "c"));
}

TEST(FamilyOrder, IsThatOfTheNamesOfMany) {
  Families families;
  auto names = random_names(kMany, 1);
  names.emplace_back("process_cpu_seconds_total");
  names.emplace_back("z");
  families.append(names);

  EXPECT_THAT(families.all(), ElementsAreArray(sorted(names)));
}

TEST(FamilyOrder, IsThatOfTheNamesOfVeryMany) {
  Families families;
  auto names = random_names(kVeryMany, 6);
  names.emplace_back("");
  names.emplace_back("z");
  families.append(names);

  EXPECT_THAT(families.all(), ElementsAreArray(sorted(names)));
}

// What the first begin with is what most begin with.
TEST(FamilyOrder, IsThatOfVeryManyThatBeginAlikeButForSome) {
  Families families;
  auto names = random_names(kVeryMany, 7);
  for (std::string& name : names) name.insert(0, "the_same_for_most_");
  for (std::size_t i = 0; i < names.size(); i += 10) names[i] = "z" + std::to_string(i);
  families.append(names);

  EXPECT_THAT(families.all(), ElementsAreArray(sorted(names)));
}

TEST(FamilyOrder, IsThatOfNamesThatBeginAlikeForLong) {
  Families families;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kMany; ++i) {
    names.push_back(std::string(i % 400, 'a') + std::to_string(i));
  }
  families.append(names);

  EXPECT_THAT(families.all(), ElementsAreArray(sorted(names)));
}

TEST(FamilyOrder, HasManyOfOneName) {
  Families families;
  std::vector<std::string> names(kVeryMany, "same");
  names.emplace_back("a");
  names.emplace_back("z");
  families.append(names);

  EXPECT_THAT(families.all(), ElementsAreArray(sorted(names)));
}

TEST(FamilyOrder, BecomesOneRunWithAWholePass) {
  Families families;
  families.append({"a", "c"});
  families.append({"b"});
  EXPECT_THAT(families.order.runs(), SizeIs(2));
  {
    FamilyCursor pass(families.memory, families.order);
    EXPECT_EQ(pass.family()->name(), "a");
    pass.next();
  }
  EXPECT_THAT(families.order.runs(), SizeIs(2));

  EXPECT_THAT(families.all(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(families.order.runs(), SizeIs(1));
  EXPECT_THAT(families.all(), ElementsAre("a", "b", "c"));
}

TEST(FamilyOrder, HasFewRunsWhereEachPassIsBrokenOff) {
  Families families;
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) {
    names.push_back(std::to_string(i * 37 % 100));
    families.append({names.back()});
    EXPECT_LE(families.order.runs().size(), 8U);
    FamilyCursor pass(families.memory, families.order);
    EXPECT_NE(pass.family(), nullptr);
  }

  EXPECT_THAT(families.all(), ElementsAreArray(sorted(names)));
}

TEST(FamilyOrder, IsOfEachPassWhatItWasWhenThatBegan) {
  Families families;
  const auto names = random_names(kMany, 2);
  families.append({names.begin(), names.begin() + kMany / 2});
  FamilyCursor first(families.memory, families.order);
  EXPECT_NE(first.family(), nullptr);
  families.append({names.begin() + kMany / 2, names.end()});
  FamilyCursor second(families.memory, families.order);
  EXPECT_NE(second.family(), nullptr);
  families.purge({names.begin(), names.begin() + 100});

  EXPECT_THAT(families.rest(second), ElementsAreArray(sorted(names)));
  EXPECT_THAT(families.rest(first),
              ElementsAreArray(sorted({names.begin(), names.begin() + kMany / 2})));
  EXPECT_THAT(families.all(), ElementsAreArray(sorted({names.begin() + 100, names.end()})));
}

TEST(FamilyOrder, LosesFamiliesAtAnyTime) {
  const auto names = random_names(kVeryMany, 3);
  for (std::size_t work = 1; work < kVeryMany; work *= 3) {
    Families families;
    families.append(names);
    {
      FamilyCursor pass(families.memory, families.order);
      std::size_t left = work;
      pass.prepare(left);
    }
    families.purge({names.begin(), names.begin() + kVeryMany / 2});

    EXPECT_THAT(families.all(),
                ElementsAreArray(sorted({names.begin() + kVeryMany / 2, names.end()})));
  }
}

TEST(FamilyOrder, LeavesTheListsOfOthersAsTheyAre) {
  Families families;
  families.append(random_names(kVeryMany, 4));
  const auto lists = families.order.lists();
  const FamilyList before = *lists.front();
  families.all();
  families.purge({families.name(before.front())});

  EXPECT_EQ(*lists.front(), before);
}

// How many slices it takes until the first family is known.
std::size_t slices_until_first(const std::vector<std::string>& names, std::size_t slice) {
  Families families;
  families.append(names);
  FamilyCursor pass(families.memory, families.order);
  std::size_t slices = 0;
  std::size_t work = slice;
  for (; !pass.prepare(work); work = slice) {
    EXPECT_EQ(work, 0U);
    ++slices;
  }
  EXPECT_EQ(pass.family()->name(), std::ranges::min(names));
  return slices;
}

TEST(FamilyOrder, ComesAboutInSlices) {
  constexpr std::size_t kSlice = 100;
  const std::size_t slices = slices_until_first(random_names(kMany, 5), kSlice);

  // Each family was looked at twice, and few were sorted.
  EXPECT_GE(slices, 2 * kMany / 16 / kSlice);
  EXPECT_LE(slices, 2 * kMany / 16 / kSlice + 20);
}

TEST(FamilyOrder, OfVeryManyBeginsWhenEachWasLookedAtOnce) {
  constexpr std::size_t kSlice = 100;
  const std::size_t slices = slices_until_first(random_names(kVeryMany, 8), kSlice);

  EXPECT_GE(slices, kVeryMany / 16 / kSlice);
  EXPECT_LE(slices, kVeryMany / 16 / kSlice + 20);
}

TEST(FamilyOrder, KnowsWhetherAFamilyIsToComeThatIsAlive) {
  Families families;
  const FamilyList added = families.add_all({"a", "b", "b", "c"});
  families.order.add(families.memory, added);
  FamilyCursor pass(families.memory, families.order);
  EXPECT_FALSE(pass.has_live("b"));
  EXPECT_EQ(pass.family()->name(), "a");
  pass.next();
  EXPECT_TRUE(pass.has_live("b"));
  families.memory.family(added[1]).is_dead = true;
  EXPECT_TRUE(pass.has_live("b"));
  families.memory.family(added[2]).is_dead = true;
  EXPECT_FALSE(pass.has_live("b"));
  EXPECT_FALSE(pass.has_live("c"));
}

}  // namespace
}  // namespace weir::metrics
