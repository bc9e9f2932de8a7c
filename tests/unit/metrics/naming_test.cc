// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/naming.h"

#include <string>
#include <string_view>

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

class Utf8Name : public testing::TestWithParam<NameCase> {};

TEST_P(Utf8Name, KeepsAllButBytesThatAreNoUtf8) {
  std::string out = "kept";

  append_utf8_name(out, GetParam().raw);

  EXPECT_EQ(out, std::string("kept") + GetParam().escaped);
}

INSTANTIATE_TEST_SUITE_P(
    , Utf8Name,
    testing::Values(NameCase{"Empty", "", ""}, NameCase{"Legacy", "aZ_09", "aZ_09"},
                    NameCase{"Dotted", "test.web-server/foo", "test.web-server/foo"},
                    NameCase{"LeadingDigit", "0x", "0x"}, NameCase{"Dashes", "a---b", "a---b"},
                    NameCase{"Letters", "f\xC3\xB8.\xE6\x97\xA5", "f\xC3\xB8.\xE6\x97\xA5"},
                    NameCase{"Emoji", "a\xF0\x9F\x98\x80z", "a\xF0\x9F\x98\x80z"},
                    NameCase{"StrayByte", "\x80z", "_z"},
                    NameCase{"CutCodePoint", "a\xE6\x97", "a__"},
                    NameCase{"Surrogate", "\xED\xA0\x80", "___"}),
    [](const auto& test) { return test.param.title; });

TEST(UnderscoredName, HasOneForEachCharacterThatNotEveryScraperCanRead) {
  EXPECT_EQ(underscored_name("aZ_09:b"), "aZ_09:b");
  EXPECT_EQ(underscored_name("1a.b--c/1"), "_a_b__c_1");
  EXPECT_EQ(underscored_name("\xE6\x97\xA5\xE6\x9C\xAC.x"), "___x");
}

std::string label_name(std::string_view name) {
  std::string out = "x,";
  append_label_name(out, name);
  return out.substr(2);
}

TEST(LabelName, IsAsItIsWhereEveryScraperCanReadIt) {
  EXPECT_EQ(label_name("a"), "a");
  EXPECT_EQ(label_name("_aZ_09"), "_aZ_09");
}

TEST(LabelName, IsInQuotesOtherwise) {
  EXPECT_EQ(label_name("a.b"), R"("a.b")");
  EXPECT_EQ(label_name("a:b"), R"("a:b")");
  EXPECT_EQ(label_name("1"), R"("1")");
  EXPECT_EQ(label_name("\xC3\xA9"), "\"\xC3\xA9\"");
  EXPECT_EQ(label_name("q\"b\\n\n="), R"("q\"b\\n\n=")");
}

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

TEST(PlainLabelValue, HasNothingToEscape) {
  // Around whole blocks of bytes.
  for (std::size_t size = 0; size <= 50; ++size) {
    EXPECT_TRUE(is_plain_label_value(std::string(size, 'a'))) << size;
    for (std::size_t place = 0; place < size; ++place) {
      for (const char c : {'\\', '"', '\n'}) {
        std::string value(size, 'a');
        value[place] = c;
        EXPECT_FALSE(is_plain_label_value(value)) << size << " " << place;
      }
    }
  }
  EXPECT_TRUE(is_plain_label_value(std::string_view("\t\0'/{},=\u00e9", 9)));
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
