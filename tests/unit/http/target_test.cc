// SPDX-License-Identifier: Apache-2.0
#include "http/target.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace weir::http {
namespace {

struct Case {
  const char* name;
  const char* input;
  const char* outcome;
};
std::ostream& operator<<(std::ostream& out, const Case& value) { return out << value.name; }
std::string name_of(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

class CleanPath : public ::testing::TestWithParam<Case> {};

TEST_P(CleanPath, IsTheShortestSpelling) {
  EXPECT_EQ(clean_path(GetParam().input), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    , CleanPath,
    ::testing::Values(Case{"Clean", "/metrics", "/metrics"}, Case{"Root", "/", "/"},
                      Case{"Empty", "", "/"}, Case{"Slashes", "//metrics", "/metrics"},
                      Case{"OnlySlashes", "///", "/"}, Case{"Dot", "/./metrics", "/metrics"},
                      Case{"DotDot", "/a/../metrics", "/metrics"}, Case{"AboveRoot", "/..", "/"},
                      Case{"AboveRootTwice", "/a/../../b", "/b"},
                      Case{"KeepsTheLastSlash", "/a//b/", "/a/b/"}, Case{"LastDot", "/a/.", "/a"},
                      Case{"DotsInAName", "/a..b/...", "/a..b/..."}),
    name_of);

class TargetPath : public ::testing::TestWithParam<Case> {};

TEST_P(TargetPath, IsDecoded) {
  const auto target = parse_target("GET", GetParam().input);

  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(, TargetPath,
                         ::testing::Values(Case{"Plain", "/metrics", "/metrics"},
                                           Case{"Escape", "/%6detrics", "/metrics"},
                                           Case{"Query", "/metrics?a=%zz", "/metrics"},
                                           Case{"EscapedSlash", "/a%2f..%2fb", "/a%2F..%2Fb"},
                                           Case{"AbsoluteForm", "http://foo:1/-/healthy?x",
                                                "/-/healthy"},
                                           Case{"AbsoluteFormWithoutPath", "http://foo", ""},
                                           Case{"AbsoluteFormWithQueryOnly", "http://foo?x", ""}),
                         name_of);

TEST(Target, KeepsTheQueryAsSent) {
  EXPECT_EQ(parse_target("GET", "/metrics?a=%zz&b?c#d")->query, "a=%zz&b?c#d");
  EXPECT_EQ(parse_target("GET", "/metrics")->query, "");
}

TEST(Target, KeepsAPathThatIsEscapedWell) {
  EXPECT_EQ(parse_target("GET", "/%6d(1)[2]")->escaped_path, "/%6d(1)[2]");
}

TEST(Target, EscapesAPathThatIsNot) {
  EXPECT_EQ(parse_target("GET", "/\"%6d\xc3\xa9")->escaped_path, "/%22m%C3%A9");
}

TEST(Target, RefusesWhatIsNoPath) {
  for (const char* target :
       {"metrics", "?x", "", "/%zz", "/%4", "://x/", "1http://x/", "a b://x/", "*"}) {
    EXPECT_FALSE(parse_target("GET", target)) << target;
  }
}

TEST(Target, TakesTheAsteriskOfOptions) { EXPECT_EQ(parse_target("OPTIONS", "*")->path, "*"); }

TEST(Target, TakesTheAuthorityOfConnect) {
  EXPECT_EQ(parse_target("CONNECT", "host:80")->path, "");
}

TEST(Target, NamesTheHostOfAnAbsoluteTarget) {
  EXPECT_EQ(parse_target("GET", "http://foo:1/a")->host, "foo:1");
  EXPECT_EQ(parse_target("GET", "http://a@b@foo?x")->host, "foo");
  EXPECT_EQ(parse_target("GET", "http://foo")->host, "foo");
  EXPECT_EQ(parse_target("CONNECT", "foo:1")->host, "foo:1");
  EXPECT_EQ(parse_target("GET", "http:///a")->host, "");
  EXPECT_EQ(parse_target("GET", "/a@b")->host, "");
}

TEST(Target, UnescapesTextUnlessItIsMalformed) {
  EXPECT_EQ(unescape("a%2Fb%41"), "a/bA");
  EXPECT_EQ(unescape("%41%zz"), "%41%zz");
}

TEST(Target, EscapesNonAsciiForAHeaderField) {
  EXPECT_EQ(escape_non_ascii("/?\xc3\xa9%20\""), "/?%c3%a9%20\"");
}

}  // namespace
}  // namespace weir::http
