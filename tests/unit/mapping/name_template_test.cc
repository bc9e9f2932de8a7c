// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/name_template.h"

#include <array>

#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::mapping {

using rulefile::expanded;
namespace {

struct Row {
  std::string text;
  std::string expected;
};

class GlobTemplate : public testing::TestWithParam<Row> {};

// Twelve captures so that two digits can be told from one.
TEST_P(GlobTemplate, ExpandsReferences) {
  const auto& [text, expected] = GetParam();
  const std::vector<std::string_view> captures{"x.A.B", "A", "B", "C", "D", "E", "F",
                                               "G",     "H", "I", "J", "K", "L"};

  const auto compiled = NameTemplate::for_glob(text, 12);

  EXPECT_EQ(expanded(compiled, captures), expected) << text;
  EXPECT_EQ(compiled.known_expansion(captures).value_or(expected), expected) << text;
  EXPECT_EQ(compiled.source(), text);
}

INSTANTIATE_TEST_SUITE_P(
    , GlobTemplate,
    testing::Values(Row{"", ""}, Row{"plain", "plain"}, Row{"$1-$2", "A-B"}, Row{"${1}${2}", "AB"},
                    Row{"${1}$2", "AB"}, Row{"$1$2", "AB"}, Row{"$1_x", ""}, Row{"${1}_x", "A_x"},
                    Row{"$1${2}", "AB"}, Row{"$13", ""}, Row{"a$foo", "a"}, Row{"$0", "x.A.B"},
                    Row{"${0}", "x.A.B"}, Row{"$00", "x.A.B"}, Row{"$0x", ""},
                    Row{"$0$0", "x.A.Bx.A.B"}, Row{"$1$0", "Ax.A.B"}, Row{"${0}_$1", "x.A.B_A"},
                    Row{"a$0b", "a"}, Row{"${1", "A"}, Row{"$1}", "A"}, Row{"$01", "A"},
                    Row{"$", "$"}, Row{"a$-b", "a$-b"}, Row{"$+1", "$+1"}, Row{"${ 1}", "${ 1}"},
                    Row{"${", "${"}, Row{"${}", "${}"}, Row{"$$", "$$"}, Row{"$$1", "$A"},
                    Row{"${foo}bar", "bar"}, Row{"100%", "100%"}, Row{"100%-$1", "100%-A"},
                    Row{"$1-$1x", "A-"}, Row{"%d $1", "%d A"}, Row{"$1.$10.$1", "A.J.A"},
                    Row{"$10", "J"}, Row{"${10}", "J"}, Row{"${12}", "L"}, Row{"$-1", "$-1"},
                    Row{"$99999999999999999999", ""}, Row{"$1\u00e9", "A\u00e9"},
                    Row{"{\"a\":$2", "{\"a\":B"}));

TEST(GlobTemplateBounds, LeavesOutCapturesThatTheGlobDoesNotHave) {
  const std::vector<std::string_view> captures{"foo.bar", "foo", "bar"};

  EXPECT_EQ(expanded(NameTemplate::for_glob("$1-$2-$3", 2), captures), "foo-bar-");
}

TEST(GlobTemplateBounds, TakesAReferenceBeyondTheCapturesAsEmpty) {
  EXPECT_EQ(expanded(NameTemplate::for_glob("a$2", 2), {"x", "y"}), "a");
}

TEST(NameTemplate, KnowsExpansionsThatAreThereAlready) {
  const std::vector<std::string_view> captures{"x.A", "A"};

  const auto literal = NameTemplate::for_glob("plain", 1);
  EXPECT_EQ(literal.known_expansion(captures)->data(), literal.source().data());
  EXPECT_EQ(NameTemplate::for_glob("${1}", 1).known_expansion(captures)->data(),
            captures[1].data());
  EXPECT_EQ(NameTemplate::for_glob("$2", 1).known_expansion(captures), "");
  EXPECT_FALSE(NameTemplate::for_glob("$1_$0", 1).known_expansion(captures));
  EXPECT_FALSE(NameTemplate::for_glob("a${1}", 1).known_expansion(captures));
  const std::array<std::string, 2> groups;
  EXPECT_FALSE(NameTemplate::for_regex("$$", groups).known_expansion(captures));
}

TEST(NameTemplate, AppendsToWhatIsThere) {
  std::string out = "old_";

  NameTemplate::for_glob("$1", 1).expand(std::array<std::string_view, 2>{"x.y", "y"}, out);

  EXPECT_EQ(out, "old_y");
}

class RegexTemplate : public testing::TestWithParam<Row> {};

TEST_P(RegexTemplate, ExpandsAsGoDoes) {
  const auto& [text, expected] = GetParam();
  const std::vector<std::string> groups{"", "", "word", ""};
  const std::vector<std::string_view> captures{"M", "A", "B", ""};

  const auto compiled = NameTemplate::for_regex(text, groups);

  EXPECT_EQ(expanded(compiled, captures), expected) << text;
}

INSTANTIATE_TEST_SUITE_P(
    , RegexTemplate,
    testing::Values(Row{"$1_x", ""}, Row{"${1}_x", "A_x"}, Row{"$1\u00e9", ""},
                    Row{"$1\u2014x", "A\u2014x"}, Row{"$1\u20ac", "A\u20ac"}, Row{"$word", "B"},
                    Row{"${word}s", "Bs"}, Row{"$words", ""}, Row{"$01", ""}, Row{"$00", ""},
                    Row{"$0", "M"}, Row{"$$", "$"}, Row{"$$1", "$1"}, Row{"$$$1", "$A"},
                    Row{"$-", "$-"}, Row{"${1", "${1"}, Row{"${", "${"}, Row{"${}", "${}"},
                    Row{"$1}", "A}"}, Row{"$", "$"}, Row{"a$", "a$"}, Row{"$9", ""},
                    Row{"$1$2", "AB"}, Row{"100%-$1", "100%-A"}, Row{"$3|", "|"},
                    Row{"${1 }", "${1 }"}, Row{"$4294967297", ""}));

TEST(NameTemplate, KnowsWhichCapturesItRefersTo) {
  const auto compiled = NameTemplate::for_glob("a_$1_$2_${2}b", 3);

  EXPECT_FALSE(compiled.refers_to(0));
  // `$1_` is a reference to something else.
  EXPECT_FALSE(compiled.refers_to(1));
  EXPECT_TRUE(compiled.refers_to(2));
  EXPECT_FALSE(compiled.refers_to(3));
}

}  // namespace
}  // namespace weir::mapping
