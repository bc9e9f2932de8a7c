// SPDX-License-Identifier: Apache-2.0
#include "metrics/label_order.h"

#include <array>
#include <string>

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

TEST(LabelOrder, ReadsPiecesOfValues) {
  const std::string_view body = R"(a="xy",b="",c="\\n")";
  std::string seen;
  for (std::size_t at = 0; at < 2 * kPieceChars; at += kPieceChars) {
    const TextPiece piece = value_piece(body, at);
    for (std::size_t i = kPieceChars; i-- > 0;) {
      const auto character = piece >> (i * kPieceCharBits) & 0x1ff;
      seen += character == 0 ? '.' : character == 1 ? '|' : static_cast<char>(character - 2);
    }
  }
  EXPECT_EQ(seen, "xy||\\n|.......");
  EXPECT_EQ(value_piece("", 0), 0U);
}

TEST(LabelOrder, OfPiecesIsThatOfTheValues) {
  const auto bodies = std::to_array<std::string_view>(
      {R"(a="",b="x")", R"(a="\n",b="")", R"(a="!",b="")", R"(a="12345678",b="\"")",
       R"(a="12345678",b="a")", R"(a="123456789",b="")", R"(a="é",b="")"});
  for (const auto a : bodies) {
    for (const auto b : bodies) {
      std::size_t at = 0;
      while (value_piece(a, at) == value_piece(b, at) && !is_last_piece(value_piece(a, at))) {
        at += kPieceChars;
      }
      const bool is_before = value_piece(a, at) < value_piece(b, at);
      EXPECT_EQ(is_before, compare_label_values(a, b) < 0) << a << ' ' << b;
    }
  }
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
