// SPDX-License-Identifier: Apache-2.0
#include "state/texts.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::state {
namespace {

TEST(LabelNames, AreLegacyNamesOrQuotedOnesWithCommasBetween) {
  for (const char* const good : {"", "a", "a,b_1,_c", R"("b.c")", R"(a,"b,c","d\"e")"}) {
    EXPECT_TRUE(is_label_names(good)) << good;
  }
  for (const char* const bad : {",", "a,", ",a", "a,,b", "1a", "a b", R"("a)", R"("a"b)", R"("a\)",
                                R"("a\x")", "a\n", "\xff"}) {
    EXPECT_FALSE(is_label_names(bad)) << bad;
  }
}

TEST(LabelBody, HasExactlyTheLabelsOfItsNames) {
  EXPECT_TRUE(is_label_body("", ""));
  EXPECT_TRUE(is_label_body(R"(a="")", "a"));
  EXPECT_TRUE(is_label_body(R"(a="x\\\"\n,b=",b="y")", "a,b"));
  EXPECT_TRUE(is_label_body(R"(a="x","b.c"="y")", R"(a,"b.c")"));
}

TEST(LabelBody, RefusesEveryOther) {
  for (const char* const bad :
       {"", "a", "a=", "a=\"", "a=\"x", "a=x", "b=\"x\"", "ab=\"x\"", "a=\"x\",", "a=\"x\",b=\"y\"",
        "a=\"x\"b", "a=\"x\\\"", "a=\"\\t\"", "a=\"\n\"", "a=\"\xff\""}) {
    EXPECT_FALSE(is_label_body(bad, "a")) << bad;
  }
  EXPECT_FALSE(is_label_body("a=\"x\"", ""));
  EXPECT_FALSE(is_label_body("a=\"x\"", "a,b"));
  EXPECT_FALSE(is_label_body("a=\"x\",", "a,b"));
}

TEST(FamilyName, IsTextThatIsNotEmpty) {
  EXPECT_TRUE(is_family_name("a"));
  EXPECT_TRUE(is_family_name("\u00e4.b"));
  EXPECT_FALSE(is_family_name(""));
  EXPECT_FALSE(is_family_name("\xff"));
  EXPECT_FALSE(is_family_name(std::string(3'000'000, 'a')));
}

}  // namespace
}  // namespace weir::state
