// SPDX-License-Identifier: Apache-2.0
#include "migrate/old_references.h"

#include <gtest/gtest.h>

namespace weir::migrate {
namespace {

TEST(WithBraces, PutsThemWhereStatsdExporterReadsOtherwise) {
  EXPECT_EQ(with_braces("$10", 10), "${10}");
  EXPECT_EQ(with_braces("a-$12.b", 12), "a-${12}.b");
  EXPECT_EQ(with_braces("$1$2", 2), "${1}${2}");
  EXPECT_EQ(with_braces("$1$2-$3", 3), "${1}${2}-$3");
  EXPECT_EQ(with_braces("$1${2}", 2), "${1}${2}");
  EXPECT_EQ(with_braces("$1$", 1), "${1}$");
}

TEST(WithBraces, LeavesTheRest) {
  for (const auto* text : {"", "$", "a", "$1", "$1-$2", "$0", "${10}", "${1}${2}", "${1}$2", "$$",
                           "$-", "$x", "100 %"}) {
    EXPECT_EQ(with_braces(text, 10), text);
  }
}

TEST(WithBraces, LeavesWhatIsAlwaysEmpty) {
  EXPECT_EQ(with_braces("$10", 9), "$10");
  EXPECT_EQ(with_braces("$1_x", 1), "$1_x");
  EXPECT_EQ(with_braces("$1$9", 1), "${1}$9");
  EXPECT_EQ(with_braces("$99999999999999999999", 3), "$99999999999999999999");
}

}  // namespace
}  // namespace weir::migrate
