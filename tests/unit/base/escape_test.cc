// SPDX-License-Identifier: Apache-2.0
#include "weir/base/escape.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

using namespace std::string_view_literals;

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string json_quoted(std::string_view text) {
  std::string out;
  append_json_quoted(out, text);
  return out;
}

// Printed by GoogleTest as its first member alone: the report cannot hold all of these bytes.
struct Case {
  const char* name;
  std::string_view text;
  const char* visible;
  const char* json;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class EscapedCharacter : public testing::TestWithParam<Case> {};

TEST_P(EscapedCharacter, ShowsWhatCannotBeSeen) {
  EXPECT_EQ(visible(GetParam().text), GetParam().visible);
}

TEST_P(EscapedCharacter, ChangesNothingTheSecondTime) {
  EXPECT_EQ(visible(visible(GetParam().text)), GetParam().visible);
}

TEST_P(EscapedCharacter, QuotesAsJson) {
  EXPECT_EQ(json_quoted(GetParam().text), '"' + std::string(GetParam().json) + '"');
}

INSTANTIATE_TEST_SUITE_P(
    , EscapedCharacter,
    testing::Values(
        Case{"Nothing", "", "", ""}, Case{"Ascii", "a.b:1|c ~", "a.b:1|c ~", "a.b:1|c ~"},
        Case{"Letters", "\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80",
             "\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80", "\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80"},
        Case{"Null", "a\0z"sv, R"(a\x00z)", R"(a\u0000z)"},
        Case{"LineBreaks", "\t\r\n", R"(\t\r\n)", R"(\t\r\n)"},
        Case{"OtherShortOnes", "\a\b\v\f", R"(\a\b\v\f)", R"(\u0007\u0008\u000b\u000c)"},
        Case{"TerminalEscape", "\x1b[2J", R"(\x1b[2J)", R"(\u001b[2J)"},
        Case{"Delete", "\x7f", R"(\x7f)", R"(\u007f)"},
        Case{"HighControl", "\xC2\x85", R"(\u0085)", R"(\u0085)"},
        Case{"StrayBytes", "bad\xff\xfe:1|c", R"(bad\xff\xfe:1|c)", R"(bad\ufffd\ufffd:1|c)"},
        Case{"CutCharacter", "a\xE6\x97", R"(a\xe6\x97)", R"(a\ufffd\ufffd)"},
        Case{"Surrogate", "\xED\xA0\x80", R"(\xed\xa0\x80)", R"(\ufffd\ufffd\ufffd)"},
        Case{"LineSeparator", "\xE2\x80\xA8", R"(\u2028)", R"(\u2028)"},
        Case{"ParagraphSeparator", "\xE2\x80\xA9", R"(\u2029)", R"(\u2029)"},
        Case{"DirectionMarks", "\xE2\x80\x8E\xE2\x80\x8F", R"(\u200e\u200f)", R"(\u200e\u200f)"},
        Case{"DirectionOverride", "\xE2\x80\xAE", R"(\u202e)", R"(\u202e)"},
        Case{"DirectionIsolate", "\xE2\x81\xA6\xE2\x81\xA9", R"(\u2066\u2069)", R"(\u2066\u2069)"},
        Case{"ZeroWidth", "\xE2\x80\x8B\xE2\x80\x8D\xE2\x81\xA0", R"(\u200b\u200d\u2060)",
             R"(\u200b\u200d\u2060)"},
        Case{"ByteOrderMark", "\xEF\xBB\xBF", R"(\ufeff)", R"(\ufeff)"},
        Case{"NoBreakSpaces", "\xC2\xA0\xE2\x80\xAF\xE2\x80\x87", R"(\u00a0\u202f\u2007)",
             R"(\u00a0\u202f\u2007)"},
        Case{"WideSpace", "\xE3\x80\x80", R"(\u3000)", R"(\u3000)"},
        Case{"SoftHyphen", "\xC2\xAD", R"(\u00ad)", R"(\u00ad)"},
        Case{"PrivateUse", "\xEE\x80\x80", R"(\ue000)", R"(\ue000)"},
        Case{"Tag", "\xF3\xA0\x80\x81", R"(\U000e0001)", R"(\udb40\udc01)"}),
    [](const auto& info) { return info.param.name; });

TEST(Escape, LeavesTheNeighboursOfWhatItEscapes) {
  for (const auto* text : {"\xC2\xA1", "\xE2\x80\x90", "\xE2\x80\xA7", "\xE2\x80\xB0",
                           "\xE2\x81\x9E", "\xE2\x81\xB0", "\xEF\xBB\xBC", "\xEF\xBF\xBC"}) {
    EXPECT_EQ(visible(text), text);
  }
}

TEST(Escape, QuotesQuotesAndBackslashes) {
  EXPECT_EQ(visible(R"(a"\d)"), R"(a"\d)");
  EXPECT_EQ(quoted("a\"\\d\n\xff"), R"("a\"\\d\n\xff")");
  EXPECT_EQ(json_quoted(R"(a"\d)"), R"("a\"\\d")");
}

TEST(Escape, IsNeededForMoreThanBackslashes) {
  EXPECT_FALSE(needs_escapes(""));
  EXPECT_FALSE(needs_escapes("a b=\\c\xC3\xA9"));
  EXPECT_TRUE(needs_escapes("\""));
  EXPECT_TRUE(needs_escapes("a\xff"));
  EXPECT_TRUE(needs_escapes("a\xC2\xA0"));
}

TEST(BeginningOf, CutsBetweenCharacters) {
  EXPECT_EQ(beginning_of("abc", 3), "abc");
  EXPECT_EQ(beginning_of("abcd", 3), "abc");
  EXPECT_EQ(beginning_of("ab", 0), "");
  EXPECT_EQ(beginning_of("a\xE6\x97\xA5z", 4), "a\xE6\x97\xA5");
  EXPECT_EQ(beginning_of("a\xE6\x97\xA5z", 3), "a");
  EXPECT_EQ(beginning_of("a\xE6\x97\xA5z", 2), "a");
  EXPECT_EQ(beginning_of("\xF0\x9F\x98\x80z", 3), "");
  EXPECT_EQ(beginning_of("\x80\x80\x80\x80\x80", 4), "\x80\x80\x80\x80");
}

}  // namespace
}  // namespace weir::base
