// SPDX-License-Identifier: Apache-2.0
#include "weir/base/utf8.h"

#include <cstddef>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace weir::base {
namespace {

// Far more than the words that are looked at in one step.
constexpr std::size_t kPaddingMax = 40;

// Printed by GoogleTest as bytes of memory: its report cannot hold every code point.
struct Text {
  const char* bytes;
};

class IsUtf8Accepts : public testing::TestWithParam<Text> {};

TEST_P(IsUtf8Accepts, WellFormedTextAtAnyPlace) {
  for (std::size_t padding = 0; padding < kPaddingMax; ++padding) {
    const std::string ascii(padding, 'a');
    const std::string behind = ascii + GetParam().bytes;
    const std::string before = GetParam().bytes + ascii;

    EXPECT_TRUE(is_utf8(behind)) << padding;
    EXPECT_TRUE(is_utf8(before)) << padding;
    EXPECT_TRUE(is_utf8(fmt::format("{}{}{}", ascii, GetParam().bytes, ascii))) << padding;
  }
}

INSTANTIATE_TEST_SUITE_P(, IsUtf8Accepts,
                         testing::Values(Text{""}, Text{"\x7f"}, Text{"f\xc3\xb8\xc3\xb8"},
                                         Text{"\xc2\x80"}, Text{"\xdf\xbf"}, Text{"\xe0\xa0\x80"},
                                         Text{"\xed\x9f\xbf"}, Text{"\xee\x80\x80"},
                                         Text{"\xef\xbf\xbf"}, Text{"\xf0\x90\x80\x80"},
                                         Text{"\xf4\x8f\xbf\xbf"},
                                         Text{"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"}));

class IsUtf8Refuses : public testing::TestWithParam<Text> {};

TEST_P(IsUtf8Refuses, IllFormedTextAtAnyPlace) {
  for (std::size_t padding = 0; padding < kPaddingMax; ++padding) {
    const std::string ascii(padding, 'a');
    const std::string behind = ascii + GetParam().bytes;
    const std::string before = GetParam().bytes + ascii;

    EXPECT_FALSE(is_utf8(behind)) << padding;
    EXPECT_FALSE(is_utf8(before)) << padding;
    EXPECT_FALSE(is_utf8(fmt::format("{}{}{}", ascii, GetParam().bytes, ascii))) << padding;
  }
}

INSTANTIATE_TEST_SUITE_P(, IsUtf8Refuses,
                         testing::Values(Text{"\x80"}, Text{"\xbf"}, Text{"\xc3("}, Text{"\xc3"},
                                         Text{"\xc0\xaf"}, Text{"\xc1\xbf"}, Text{"\xe0\x9f\xbf"},
                                         Text{"\xed\xa0\x80"}, Text{"\xe2\x82"}, Text{"\xe2\x82("},
                                         Text{"\xf0\x8f\xbf\xbf"}, Text{"\xf4\x90\x80\x80"},
                                         Text{"\xf5\x80\x80\x80"}, Text{"\xf0\x90\x80"},
                                         Text{"\xff"}, Text{"\xfe"}));

TEST(IsUtf8, LooksAtZeroBytesLikeAtOthers) {
  EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_utf8(std::string_view("a\0\xff", 3)));
}

}  // namespace
}  // namespace weir::base
