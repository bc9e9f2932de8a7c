// SPDX-License-Identifier: Apache-2.0
#include "weir/exposition/name_filter.h"

#include <gtest/gtest.h>

namespace weir::exposition {
namespace {

TEST(NameFilter, IsNullWithoutNames) { EXPECT_FALSE(name_filter({}, Escaping::Underscores)); }

TEST(NameFilter, TakesNamesAsTheyAre) {
  for (const auto escaping :
       {Escaping::AllowUtf8, Escaping::Underscores, Escaping::Dots, Escaping::Values}) {
    const auto is_wanted = name_filter({"a", "b.c"}, escaping);

    EXPECT_TRUE(is_wanted("a"));
    EXPECT_TRUE(is_wanted("b.c"));
    EXPECT_FALSE(is_wanted("b"));
    EXPECT_FALSE(is_wanted("__name__"));
  }
}

TEST(NameFilter, TakesNamesAsTheScraperIsShownThem) {
  EXPECT_TRUE(name_filter({"b_c"}, Escaping::Underscores)("b.c"));
  EXPECT_TRUE(name_filter({"b_dot_c"}, Escaping::Dots)("b.c"));
  EXPECT_TRUE(name_filter({"U__b_2e_c"}, Escaping::Values)("b.c"));
  EXPECT_FALSE(name_filter({"b_c"}, Escaping::AllowUtf8)("b.c"));
  EXPECT_FALSE(name_filter({"b_dot_c"}, Escaping::Underscores)("b.c"));
  // A name that needs no escaping is shown as it is.
  EXPECT_FALSE(name_filter({"b__c"}, Escaping::Dots)("b_c"));
}

}  // namespace
}  // namespace weir::exposition
