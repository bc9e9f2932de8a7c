// SPDX-License-Identifier: Apache-2.0
#include "metrics/label_order.h"

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

TEST(LabelOrder, IsThatOfTheValues) {
  EXPECT_EQ(compare_label_values(R"(a="x",b="y")", R"(c="x",d="y")"), 0);
  EXPECT_LT(compare_label_values(R"(a="x",b="y")", R"(a="x",b="z")"), 0);
  EXPECT_GT(compare_label_values(R"(a="y",b="a")", R"(a="x",b="z")"), 0);
  EXPECT_LT(compare_label_values(R"(a="x")", R"(a="xx")"), 0);
  EXPECT_EQ(compare_label_values("", ""), 0);
}

TEST(LabelOrder, IsThatOfUnescapedValues) {
  EXPECT_LT(compare_label_values(R"(a="\n")", R"(a="!")"), 0);
  EXPECT_GT(compare_label_values(R"(a="\"b")", R"(a="!b")"), 0);
}

TEST(LabelOrder, PassesOverNamesInQuotes) {
  EXPECT_EQ(compare_label_values(R"("a.b"="x",c="y")", R"(a="x","c-d"="y")"), 0);
  EXPECT_LT(compare_label_values(R"("z="="x","y"="a")", R"(a="x",b="b")"), 0);
  EXPECT_GT(compare_label_values(R"("=\"="="z",a="")", R"("=\"="="y",a="")"), 0);
  EXPECT_LT(compare_label_values(R"("\\"="a")", R"("\\"="b")"), 0);
}

TEST(LabelOrder, CountsNames) {
  EXPECT_EQ(count_label_names(""), 0U);
  EXPECT_EQ(count_label_names("a"), 1U);
  EXPECT_EQ(count_label_names("a,b,c"), 3U);
}

TEST(LabelOrder, CountsNoCommasInsideOfQuotes) {
  EXPECT_EQ(count_label_names(R"("a,b")"), 1U);
  EXPECT_EQ(count_label_names(R"("a\",b",c,"d\\",e)"), 4U);
}

}  // namespace
}  // namespace weir::metrics
