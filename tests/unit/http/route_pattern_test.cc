// SPDX-License-Identifier: Apache-2.0
#include "weir/http/route_pattern.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::http {
namespace {

constexpr std::array<std::string_view, 4> kTaken = {"/", "/-/healthy", "/-/ready", "/-/reload"};

std::string error_of(std::string_view pattern) {
  return pattern_error(pattern, kTaken).value_or("");
}

TEST(RoutePattern, TakesWhatTheReferenceTakes) {
  for (const std::string_view pattern : {"/metrics",
                                         "GET /m",
                                         "GET  /m",
                                         "GET\t/m",
                                         " /m",
                                         "get /m",
                                         "!#$%&'*+-.^_`|~1a /m",
                                         "host/",
                                         "host/m",
                                         "GET host/m",
                                         "[::1]/m",
                                         "h ost/m",
                                         "/x}",
                                         "/{x}",
                                         "/{_}",
                                         "/{\xc3\xbc}",
                                         "/{x}/",
                                         "/{x}/{y}",
                                         "/m/{x...}",
                                         "/{$}",
                                         "GET /{$}",
                                         "/m/{$}",
                                         "/-/",
                                         "/-/{x}",
                                         "/{x}/healthy",
                                         "/-/healthy/{$}",
                                         "GET /-/healthy",
                                         "/-/quit",
                                         "host/-/healthy",
                                         "host/{x...}",
                                         "//m",
                                         "/a/../b/",
                                         "CONNECT //m",
                                         "/m?x=1",
                                         "/%41",
                                         "/%zz",
                                         "/m\n"}) {
    EXPECT_EQ(error_of(pattern), "") << pattern;
  }
}

struct Fault {
  const char* pattern;
  const char* error;
};

TEST(RoutePattern, SaysWhatIsWrong) {
  const Fault faults[] = {
      {"", "it has no path, which begins with /"},
      {"m", "it has no path, which begins with /"},
      {"GET", "it has no path, which begins with /"},
      {" ", "it has no path, which begins with /"},
      {"GET m", "it has no path, which begins with /"},
      {"/a b", "\"/a\" is no method"},
      {"/m ", "\"/m\" is no method"},
      {"GET,POST /m", "\"GET,POST\" is no method"},
      {"/{x y}", "\"/{x\" is no method"},
      {"{x}/m", "a host takes no wildcard, and a path begins with /"},
      {"h{/m", "a host takes no wildcard, and a path begins with /"},
      {"GET //m", "no request has such a path, write /m"},
      {"GET host/a/..", "no request has such a path, write /"},
      {"/{", "\"{\" is no wildcard: that is a whole segment, such as {name}"},
      {"/{x", "\"{x\" is no wildcard: that is a whole segment, such as {name}"},
      {"/a{x}", "\"a{x}\" is no wildcard: that is a whole segment, such as {name}"},
      {"/{x}b", "\"{x}b\" is no wildcard: that is a whole segment, such as {name}"},
      {"/{x...}/b", "{x...} must come last"},
      {"/{$}/b", "{$} must come last"},
      {"/{$}/", "{$} must come last"},
      {"/{}", "the wildcard {} has no name"},
      {"/{...}", "the wildcard {...} has no name"},
      {"/{1x}", "\"1x\" cannot name a wildcard"},
      {"/{a-b}", "\"a-b\" cannot name a wildcard"},
      {"/{x}{y}", "\"x}{y\" cannot name a wildcard"},
      {"/{$...}", "\"$\" cannot name a wildcard"},
      {"/{x}/{x}", "two wildcards are named \"x\""},
      {"/{x}/{x...}", "two wildcards are named \"x\""},
  };
  for (const Fault& fault : faults) EXPECT_EQ(error_of(fault.pattern), fault.error);
}

TEST(RoutePattern, RefusesWhatAnotherRouteTakes) {
  const Fault faults[] = {
      {"/", "/ is taken"},
      {"/{x...}", "/ is taken"},
      {"/-/healthy", "/-/healthy is taken"},
      {"/%2D/ready", "/-/ready is taken"},
      {"GET /", "some requests fit /-/healthy too, and neither is the more specific"},
      {"GET /{x...}", "some requests fit /-/healthy too, and neither is the more specific"},
      {"POST /{x}/healthy", "some requests fit /-/healthy too, and neither is the more specific"},
      {"POST /-/{x}", "some requests fit /-/healthy too, and neither is the more specific"},
      {"POST /{x}/reload", "some requests fit /-/reload too, and neither is the more specific"},
  };
  for (const Fault& fault : faults) EXPECT_EQ(error_of(fault.pattern), fault.error);
}

TEST(RoutePattern, MayHaveTheRootToItself) {
  constexpr std::array<std::string_view, 1> kHealthy = {"/-/healthy"};

  EXPECT_EQ(pattern_error("/", kHealthy), std::nullopt);
  EXPECT_EQ(pattern_error("/{x...}", kHealthy), std::nullopt);
}

TEST(RoutePattern, ConflictsWhenNeitherIsMoreSpecific) {
  struct {
    const char* one;
    const char* other;
    bool conflicts;
  } const cases[] = {
      {"/a/{x}", "/{x}/b", true},         {"/a/", "/{x}/b", true},
      {"/{x}/b/", "/a/{$}", false},       {"/{x}/{y}/", "/a/{z...}", true},
      {"/{x}/{$}", "/a/", true},          {"/a/{$}", "/a/{x}", false},
      {"/a/{x}/c", "/a/b/{x}", true},     {"/a/{x}", "/a/b/c", false},
      {"HEAD /a", "GET /{x}", false},     {"HEAD /{x}", "GET /a", true},
      {"GET /a", "POST /{x}", false},     {"GET /a", "/{x}", false},
      {"GET /{x}", "/a", true},           {"host/{x}", "/a", false},
      {"host/{x}/b", "host/a/{x}", true}, {"one/{x}/b", "two/a/{x}", false},
      {"/a/{x}", "/a/{y}", true},
  };
  for (const auto& each : cases) {
    const auto one = RoutePattern::parse(each.one);
    const auto other = RoutePattern::parse(each.other);
    ASSERT_TRUE(one && other);
    EXPECT_EQ(one->conflicts_with(*other), each.conflicts) << each.one << " and " << each.other;
    EXPECT_EQ(other->conflicts_with(*one), each.conflicts) << each.other << " and " << each.one;
  }
}

TEST(RoutePattern, SplitsAPathIntoDecodedSegments) {
  EXPECT_EQ(split_path(""), PathSegments());
  EXPECT_EQ(split_path("/"), PathSegments({"/"}));
  EXPECT_EQ(split_path("/a/b"), PathSegments({"a", "b"}));
  EXPECT_EQ(split_path("/a/"), PathSegments({"a", "/"}));
  EXPECT_EQ(split_path("/a%2Fb/%63"), PathSegments({"a/b", "c"}));
  EXPECT_EQ(split_path("//a//"), PathSegments({"", "a", "", "/"}));
}

}  // namespace
}  // namespace weir::http
