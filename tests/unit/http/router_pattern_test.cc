// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "http/target.h"
#include "weir/http/router.h"

// Every expectation here is what the reference answers.
namespace weir::http {
namespace {

struct Ask {
  std::string method;
  std::string target;
  std::string host = "h";
};

Request request_for(const Ask& ask) {
  auto target = parse_target(ask.method, ask.target);
  Request request;
  request.method = ask.method;
  request.target = ask.target;
  request.path = target->path;
  request.escaped_path = target->escaped_path;
  request.query = target->query;
  request.host = target->host.empty() ? ask.host : target->host;
  return request;
}

// What a daemon with `pattern` for its telemetry path answers: the body, the place of a redirect,
// or the status alone.
std::string answer(std::string_view pattern, const Ask& ask) {
  const auto answering = [](const char* body) {
    return [body](const Request&) { return text_response(200, body); };
  };
  Router router;
  if (pattern != "/") {
    router.route_subtree("/", [](const Request& request) {
      return request.path == "/" ? text_response(200, "landing") : error_response(404, "");
    });
  }
  router.route("/-/healthy", answering("healthy"));
  router.route_pattern(pattern, answering("metrics"));

  Request request = request_for(ask);
  const Response response = router.respond(request);
  if (response.status == 307) return response.headers.at(0).value;
  return response.status == 200 ? response.body : std::to_string(response.status);
}

struct Expected {
  Ask ask;
  const char* outcome;
};

void expect(std::string_view pattern, const std::vector<Expected>& cases) {
  for (const auto& [ask, outcome] : cases) {
    EXPECT_EQ(answer(pattern, ask), outcome)
        << pattern << ": " << ask.method << " " << ask.target << " of " << ask.host;
  }
}

TEST(RouterPattern, TakesOneMethod) {
  expect("GET /m", {{{"GET", "/m"}, "metrics"},
                    {{"HEAD", "/m"}, "metrics"},
                    {{"POST", "/m"}, "404"},
                    {{"MADEUP", "/m"}, "404"},
                    {{"CONNECT", "/m"}, "404"},
                    {{"GET", "/m/"}, "404"},
                    {{"GET", "/"}, "landing"},
                    {{"POST", "//m"}, "/m"}});
  expect("HEAD /m", {{{"HEAD", "/m"}, "metrics"}, {{"GET", "/m"}, "404"}});
  expect("POST /m", {{{"POST", "/m"}, "metrics"}, {{"HEAD", "/m"}, "404"}});
  expect("MADEUP /m", {{{"MADEUP", "/m"}, "metrics"}, {{"madeup", "/m"}, "404"}});
}

TEST(RouterPattern, LeavesOtherMethodsToTheMoreGeneralRoute) {
  expect("GET /-/healthy", {{{"GET", "/-/healthy"}, "metrics"},
                            {{"HEAD", "/-/healthy"}, "metrics"},
                            {{"POST", "/-/healthy"}, "healthy"}});
  expect("GET /{$}",
         {{{"GET", "/"}, "metrics"}, {{"POST", "/"}, "landing"}, {{"GET", "/m"}, "404"}});
}

TEST(RouterPattern, TakesOneSegmentForAWildcard) {
  expect("/{x}", {{{"GET", "/m"}, "metrics"},
                  {{"GET", "/a%2Fb"}, "metrics"},
                  {{"GET", "/"}, "landing"},
                  {{"GET", "/m/"}, "404"},
                  {{"GET", "/m/x"}, "404"},
                  {{"GET", "/%2F"}, "404"},
                  {{"GET", "/.."}, "/"}});
  expect("/m/{x}", {{{"GET", "/m/x"}, "metrics"}, {{"GET", "/m"}, "404"}, {{"GET", "/m/"}, "404"}});
}

TEST(RouterPattern, TakesASubtree) {
  for (const auto* pattern : {"/m/", "/m/{x...}"}) {
    expect(pattern, {{{"GET", "/m"}, "/m/"},
                     {{"GET", "/m?a=1"}, "/m/?a=1"},
                     {{"GET", "/%6d"}, "/m/"},
                     {{"GET", "/x/../m"}, "/m/"},
                     {{"GET", "/m/"}, "metrics"},
                     {{"GET", "/m/%2F"}, "metrics"},
                     {{"GET", "/m/x/y"}, "metrics"},
                     {{"GET", "/m%2F"}, "404"},
                     {{"CONNECT", "/m"}, "/m/"},
                     {{"CONNECT", "//m/"}, "404"}});
  }
  expect("GET /m/", {{{"HEAD", "/m"}, "/m/"}, {{"POST", "/m"}, "404"}, {{"POST", "/m/x"}, "404"}});
  expect("/m/{x}/", {{{"POST", "/m/x"}, "/m/x/"},
                     {{"GET", "/m/a%2F"}, "/m/a/"},
                     {{"GET", "/m"}, "404"},
                     {{"GET", "/m/"}, "404"},
                     {{"GET", "/m/x/y"}, "metrics"}});
}

TEST(RouterPattern, RedirectsToTheSlashOfADecodedPath) {
  expect("/{x}/", {{{"GET", "/a%2Fb"}, "/a/b/"},
                   {{"GET", "/a%252Fb"}, "/a%252Fb/"},
                   {{"CONNECT", "/a//b"}, "metrics"}});
}

TEST(RouterPattern, TakesThePathWithItsSlashAlone) {
  expect("/m/{$}", {{{"GET", "/m"}, "/m/"},
                    {{"GET", "/m/"}, "metrics"},
                    {{"GET", "/m/%2F"}, "metrics"},
                    {{"GET", "/m/x"}, "404"}});
  expect("/{$}", {{{"GET", "/"}, "metrics"}, {{"GET", "/%2F"}, "metrics"}, {{"GET", "/m"}, "404"}});
}

TEST(RouterPattern, TakesEverythingThatIsLeft) {
  expect("/", {{{"GET", "/"}, "metrics"},
               {{"POST", "/m/x"}, "metrics"},
               {{"GET", "/-/healthy"}, "healthy"},
               {{"CONNECT", "host:80"}, "404"}});
}

TEST(RouterPattern, YieldsToTheMoreSpecificRoute) {
  for (const auto* pattern : {"/-/", "/-/{x}", "/{x}/healthy", "/{x}/", "/{x}/{y}"}) {
    expect(pattern, {{{"GET", "/-/healthy"}, "healthy"}, {{"GET", "/"}, "landing"}});
  }
  expect("/-/", {{{"GET", "/-"}, "/-/"}, {{"GET", "/-/reload"}, "metrics"}});
}

TEST(RouterPattern, TakesOneHost) {
  expect("host/m", {{{"GET", "/m", "host"}, "metrics"},
                    {{"GET", "/m", "host:99"}, "metrics"},
                    {{"GET", "/m", "[host]:80"}, "metrics"},
                    {{"GET", "/m", "HOST"}, "404"},
                    {{"GET", "/m", "host.x"}, "404"},
                    {{"GET", "/m", "[host]"}, "404"},
                    {{"GET", "/m", "host:80:90"}, "404"},
                    {{"GET", "/", "host"}, "landing"},
                    {{"GET", "//m", "host"}, "/m"},
                    {{"GET", "http://host:90/m", "other"}, "metrics"},
                    {{"GET", "http://user@host/m", "other"}, "metrics"},
                    {{"GET", "http://other/m", "host"}, "404"}});
  expect("[::1]/m", {{{"GET", "/m", "[::1]"}, "metrics"}, {{"GET", "/m", "[::1]:80"}, "404"}});
  expect("::1/m", {{{"GET", "/m", "[::1]:80"}, "metrics"}, {{"GET", "/m", "[::1]"}, "404"}});
  expect("host:80/m",
         {{{"GET", "/m", "host:80"}, "404"}, {{"CONNECT", "/m", "host:80"}, "metrics"}});
  expect("GET host/m", {{{"GET", "/m", "host"}, "metrics"}, {{"POST", "/m", "host"}, "404"}});
}

TEST(RouterPattern, PrefersTheRouteOfAHost) {
  expect("host/", {{{"GET", "/-/healthy", "host"}, "metrics"},
                   {{"GET", "/-/healthy", "h"}, "healthy"},
                   {{"GET", "/m", "h"}, "404"},
                   {{"GET", "/", "h"}, "landing"}});
}

TEST(RouterPattern, ComparesDecodedSegments) {
  expect("/a%2Fb",
         {{{"GET", "/a%2fb"}, "metrics"}, {{"GET", "/a/b"}, "404"}, {{"GET", "/a%252Fb"}, "404"}});
  expect("/%41", {{{"GET", "/A"}, "metrics"}, {{"GET", "/%41"}, "metrics"}});
  expect("/%zz", {{{"GET", "/%25zz"}, "metrics"}});
  expect("/m?x=1", {{{"GET", "/m?x=1"}, "404"}, {{"GET", "/m%3Fx=1"}, "metrics"}});
}

// What the wildcards `x` and `y` of `pattern` take: `a|b`.
std::string values(std::string_view pattern, const Ask& ask) {
  Router router;
  std::string taken = "not served";
  router.route_pattern(pattern, [&](const Request& request) {
    taken = std::string(request.path_value("x")) + "|" + std::string(request.path_value("y"));
    return Response{};
  });
  Request request = request_for(ask);
  (void)router.respond(request);
  return taken;
}

TEST(RouterPattern, GivesTheHandlerWhatTheWildcardsTake) {
  EXPECT_EQ(values("/{x}/{y}", {"POST", "/1/2"}), "1|2");
  EXPECT_EQ(values("/{x}/m/{y...}", {"GET", "/a/m/b"}), "a|b");
  EXPECT_EQ(values("/m/{x}", {"GET", "/m/a%20b+c%25"}), "a b+c%|");
  EXPECT_EQ(values("/m/{x}", {"GET", "/m/a%2Fb"}), "a/b|");
  EXPECT_EQ(values("/{x}/{$}", {"GET", "/a/"}), "a|");
  EXPECT_EQ(values("/{x}/", {"GET", "/a/b"}), "a|");
  EXPECT_EQ(values("/m/", {"GET", "/m/a/b"}), "|");
  EXPECT_EQ(values("h/{x}", {"GET", "http://h/%C3%BC"}), "\xc3\xbc|");
}

TEST(RouterPattern, GivesTheRestWithItsSlashes) {
  EXPECT_EQ(values("/m/{x...}", {"GET", "/m/"}), "|");
  EXPECT_EQ(values("/m/{x...}", {"GET", "/m/%2F"}), "/|");
  EXPECT_EQ(values("/m/{x...}", {"GET", "/m/a%2Fb/c/"}), "a/b/c/|");
  EXPECT_EQ(values("/{x...}", {"CONNECT", "//a//b"}), "/a//b|");
}

TEST(RouterPattern, IsTheSameWithOtherNames) {
  Router router;
  router.route_pattern("/{y}", [](const Request&) { return text_response(200, "first"); });
  router.route_pattern("/{x}", [](const Request& request) {
    return text_response(200, std::string(request.path_value("x")));
  });
  Request request = request_for({"GET", "/a"});

  EXPECT_EQ(router.respond(request).body, "a");
}

TEST(RouterPattern, NeverFitsAnUncleanPath) {
  expect("//m", {{{"GET", "//m"}, "/m"}, {{"GET", "/m"}, "404"}, {{"CONNECT", "//m"}, "metrics"}});
}

}  // namespace
}  // namespace weir::http
