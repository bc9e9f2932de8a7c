// SPDX-License-Identifier: Apache-2.0
#include "app/commands/json_document.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

TEST(ParseJson, ReadsEveryTypeOfValue) {
  const auto read =
      parse_json(R"({"a":[1,-2.5,18446744073709551615,"x\u00e9",true,null],"b":{"c":7}})");

  ASSERT_TRUE(read);
  const auto& items = (*read)["a"].items();
  ASSERT_EQ(items.size(), 6U);
  EXPECT_EQ(items[0].count(), 1U);
  EXPECT_EQ(items[1].number(), -2.5);
  EXPECT_EQ(items[1].count(), 0U);
  EXPECT_EQ(items[2].number(), 18446744073709551616.0);
  EXPECT_EQ(items[3].text(), "x\xc3\xa9");
  EXPECT_TRUE(items[4].is_true());
  EXPECT_TRUE(items[5].is_null());
  EXPECT_EQ((*read)["b"]["c"].count(), 7U);
}

TEST(ParseJson, HasNothingWhereAnotherTypeIsAskedFor) {
  const auto read = parse_json(R"({"a":1})");

  ASSERT_TRUE(read);
  EXPECT_TRUE((*read)["b"]["c"].is_null());
  EXPECT_TRUE((*read)["a"].items().empty());
  EXPECT_TRUE((*read)["a"].members().empty());
  EXPECT_EQ((*read)["a"].text(), "");
  EXPECT_FALSE((*read)["a"].is_true());
  EXPECT_EQ(read->number(), std::nullopt);
}

TEST(ParseJson, RefusesWhatIsNoJson) {
  for (const auto* text : {"", "{", "{\"a\":}", "[1,]", "{} x", "<html>", "\"\xff\""}) {
    EXPECT_FALSE(parse_json(text)) << text;
  }
}

TEST(ParseJson, RefusesWhatIsNestedTooDeep) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };

  EXPECT_TRUE(parse_json(nested(32)));
  EXPECT_FALSE(parse_json(nested(33)));
  EXPECT_FALSE(parse_json(nested(1'000'000)));
}

}  // namespace
}  // namespace weir::app
