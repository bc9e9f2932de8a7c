// SPDX-License-Identifier: Apache-2.0
#include "migrate/edits.h"

#include <gtest/gtest.h>

namespace weir::migrate {
namespace {

TEST(Edits, ChangeTheTextInAnyOrder) {
  Edits edits;
  EXPECT_TRUE(edits.empty());
  edits.erase(4, 6);
  edits.replace(0, 1, "xyz");
  edits.insert(6, "!");
  edits.insert(4, "<");

  EXPECT_FALSE(edits.empty());
  EXPECT_EQ(edits.applied("abcdefgh"), "xyzbcd<!gh");
}

TEST(Edits, KeepTheOrderOfInsertionsAtOnePlace) {
  Edits edits;
  edits.insert(1, "1");
  edits.insert(1, "2");

  EXPECT_EQ(edits.applied("ab"), "a12b");
}

TEST(Edits, AreNotAppliedWhereTwoMeet) {
  Edits edits;
  edits.erase(1, 4);
  edits.replace(3, 5, "x");

  EXPECT_EQ(edits.applied("abcdefgh"), std::nullopt);
}

TEST(Edits, KnowWhichLineWasWhich) {
  const std::string text = "1\n2\n3\n4\n5\n";
  Edits edits;
  edits.insert(2, "new\nnew\n");
  edits.erase(4, 6);

  ASSERT_EQ(edits.applied(text), "1\nnew\nnew\n2\n4\n5\n");
  EXPECT_EQ(edits.line_before(text, 1), 1);
  EXPECT_EQ(edits.line_before(text, 2), 2);
  EXPECT_EQ(edits.line_before(text, 3), 2);
  EXPECT_EQ(edits.line_before(text, 4), 2);
  EXPECT_EQ(edits.line_before(text, 6), 5);
}

}  // namespace
}  // namespace weir::migrate
