// SPDX-License-Identifier: Apache-2.0
#include "app/commands/json_document.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

TEST(JsonDocument, ReadsWhatADaemonSays) {
  const JsonDocument document(
      R"({"names":[{"name":"a.\u00e9","samples":12,"share":0.5,"is_silent":true,"last":null}]})");
  const auto names = document.root().at("names").items();
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0].at("name").text(), "a.\u00e9");
  EXPECT_EQ(names[0].at("samples").count(), 12U);
  EXPECT_EQ(names[0].at("share").number(), 0.5);
  EXPECT_TRUE(names[0].at("is_silent").is_true());
  EXPECT_FALSE(names[0].at("last").has_value());
}

TEST(JsonDocument, ReadsWhatIsAbsentOrOfAnotherKindAsEmpty) {
  const JsonDocument document(R"({"a":"text","b":-3,"c":1e300})");
  const auto root = document.root();
  EXPECT_FALSE(root.at("none").at("deeper").has_value());
  EXPECT_TRUE(root.at("a").items().empty());
  EXPECT_EQ(root.at("a").count(), 0U);
  EXPECT_EQ(root.at("b").text(), "");
  EXPECT_EQ(root.at("b").count(), 0U);
  EXPECT_EQ(root.at("b").number(), -3);
  EXPECT_EQ(root.at("c").count(), 0U);
  EXPECT_FALSE(root.at("a").is_true());
}

TEST(JsonDocument, RefusesWhatIsNoJson) {
  for (const auto* const text : {"", "{", "[1,]", "{\"a\":1}x", "<html>", "\"\xff\""}) {
    EXPECT_THROW(JsonDocument{text}, std::runtime_error) << text;
  }
}

TEST(JsonDocument, RefusesWhatIsNestedTooDeep) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_NO_THROW(JsonDocument{nested(JsonDocument::kNestingMax)});
  EXPECT_THROW(JsonDocument{nested(JsonDocument::kNestingMax + 1)}, std::runtime_error);
}

}  // namespace
}  // namespace weir::app
