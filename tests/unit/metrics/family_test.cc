// SPDX-License-Identifier: Apache-2.0
#include "metrics/family.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/base/arena.h"

namespace weir::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FamilySeries, HaveNoListsWhileThereIsOne) {
  FamilySeries series;
  EXPECT_TRUE(series.is_empty());
  EXPECT_THAT(series.fresh(), IsEmpty());
  EXPECT_EQ(series.fresh_sorted(), 0U);

  EXPECT_FALSE(series.add(~0U));
  EXPECT_EQ(series.lists(), nullptr);
  EXPECT_THAT(series.fresh(), ElementsAre(~0U));
  EXPECT_EQ(series.fresh_sorted(), 1U);
  EXPECT_EQ(series.order(), nullptr);
  EXPECT_FALSE(series.is_empty());

  series.remove_single();
  EXPECT_TRUE(series.is_empty());
}

TEST(FamilySeries, HaveListsFromTheSecondOn) {
  FamilySeries series;
  EXPECT_FALSE(series.add(7));
  EXPECT_TRUE(series.add(5));
  EXPECT_FALSE(series.add(6));

  ASSERT_NE(series.lists(), nullptr);
  EXPECT_THAT(series.fresh(), ElementsAre(7, 5, 6));
  EXPECT_EQ(series.fresh_sorted(), 1U);

  series.lists()->order = std::make_shared<SeriesList>(std::move(series.lists()->fresh));
  series.lists()->fresh.clear();
  EXPECT_FALSE(series.is_empty());
  series.lists()->order->clear();
  EXPECT_TRUE(series.is_empty());
}

TEST(Family, HasItsNameInItsBlock) {
  for (const std::string& name : {std::string(), std::string("a"), std::string(1'000, 'x')}) {
    base::Arena arena;
    const auto block = arena.allocate(Family::bytes(name.size()));
    Family* const family = Family::make(arena.at(block), name);
    family->is_dead = true;
    family->is_renamed = true;

    EXPECT_EQ(family->name(), name);
    EXPECT_GE(family->name().data(), arena.at(block));
    EXPECT_EQ(family->name().data() + name.size(), arena.at(block) + Family::bytes(name.size()));
    Family::destroy(family);
  }
}

}  // namespace
}  // namespace weir::metrics
