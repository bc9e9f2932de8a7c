// SPDX-License-Identifier: Apache-2.0
#include "weir/sample/tag_list.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::sample {
namespace {

using std::string_view_literals::operator""sv;

std::string tags_of(std::string_view list) {
  std::string all;
  for_each_tag(list, [&all](std::string_view key, std::string_view value) {
    all += std::string(key) + "=" + std::string(value) + ";";
  });
  return all;
}

TEST(TagList, IsToldByItsMarker) {
  EXPECT_TRUE(is_tag_list("\0"sv));
  EXPECT_FALSE(is_tag_list("#a:b"));
  EXPECT_FALSE(is_tag_list(",a=b"));
}

TEST(TagList, MayHaveNoTag) { EXPECT_EQ(tags_of("\0"sv), ""); }

TEST(TagList, HasTagsInTheirOrder) { EXPECT_EQ(tags_of("\0a\0x, y=z\0b\0\\"sv), "a=x, y=z;b=\\;"); }

TEST(TagList, MayHaveEmptyValues) { EXPECT_EQ(tags_of("\0a\0\0b\0"sv), "a=;b=;"); }

}  // namespace
}  // namespace weir::sample
