// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/naming.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

struct NameCase {
  const char* title;
  const char* raw;
  const char* escaped;
};

class EscapedName : public testing::TestWithParam<NameCase> {};

TEST_P(EscapedName, FollowsTheReference) {
  std::string out = "kept";

  append_escaped_name(out, GetParam().raw);

  EXPECT_EQ(out, std::string("kept") + GetParam().escaped);
}

INSTANTIATE_TEST_SUITE_P(
    , EscapedName,
    testing::Values(
        NameCase{"Empty", "", ""}, NameCase{"Allowed", "aZ_09", "aZ_09"},
        NameCase{"Dotted", "test.web-server.foo.bar", "test_web_server_foo_bar"},
        NameCase{"LeadingDigit", "0x", "_0x"}, NameCase{"LeadingDigitAlone", "0", "_0"},
        NameCase{"LeadingDash", "-foo", "_foo"}, NameCase{"TrailingDash", "foo-", "foo_"},
        NameCase{"RunOfDashes", "with---x", "with_x"}, NameCase{"DashesApart", "a-.-b", "a___b"},
        NameCase{"DashesAroundUnderscore", "a-_-b", "a___b"}, NameCase{"RunOfDots", "a..b", "a__b"},
        NameCase{"OnlyForbidden", ".*.", "___"}, NameCase{"Colon", "a:b", "a_b"},
        NameCase{"TwoByteLetters", "f\xC3\xB8\xC3\xB8", "f__"},
        NameCase{"ThreeByteLetters", "\xE6\x97\xA5\xE6\x9C\xAC", "__"},
        NameCase{"Emoji", "a\xF0\x9F\x98\x80z", "a_z"},
        NameCase{"DashBesideLetter", "-\xC3\xA9-", "___"}, NameCase{"StrayByte", "a\x80z", "a_z"},
        NameCase{"CutCodePoint", "a\xE6\x97", "a__"},
        NameCase{"CutCodePointInside", "a\xE6z", "a_z"}),
    [](const auto& test) { return test.param.title; });

TEST(EscapedLabelValue, EscapesBackslashQuoteAndNewline) {
  std::string out;

  append_escaped_label_value(out, "a\"b\\c\nd");

  EXPECT_EQ(out, R"(a\"b\\c\nd)");
}

TEST(EscapedLabelValue, KeepsEverythingElse) {
  const std::string value("\t\r\0{},=\xC3\xA9", 9);
  std::string out = "x";

  append_escaped_label_value(out, value);

  EXPECT_EQ(out, "x" + value);
}

TEST(EscapedHelp, LeavesQuotesAlone) {
  std::string out;

  append_escaped_help(out, "h\\e\"l\np");

  EXPECT_EQ(out, R"(h\\e"l\np)");
}

TEST(EscapedHelp, KeepsEmptyEmpty) {
  std::string out;

  append_escaped_help(out, "");

  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace weir::metrics
