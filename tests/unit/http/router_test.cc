// SPDX-License-Identifier: Apache-2.0
#include "weir/http/router.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "http/target.h"

namespace weir::http {
namespace {

Request request_for(std::string method, std::string target) {
  auto parsed = parse_target(method, target);
  Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.path = parsed->path;
  request.escaped_path = parsed->escaped_path;
  request.query = parsed->query;
  return request;
}

std::string field(const Response& response, std::string_view name) {
  for (const Field& each : response.headers) {
    if (each.name == name) return each.value;
  }
  return "";
}

Handler answering(const char* body) {
  return [body](const Request&) { return text_response(200, body); };
}

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    router_.route("/", answering("landing"));
    router_.route("/metrics", answering("metrics"));
  }
  Response ask(std::string method, std::string target) {
    Request request = request_for(std::move(method), std::move(target));
    return router_.respond(request);
  }
  Response get(const std::string& target) { return ask("GET", target); }

  Router router_;
};

TEST_F(RouterTest, ServesAnExactPathForAnyMethod) {
  for (const char* method : {"GET", "HEAD", "POST", "MADEUP"}) {
    EXPECT_EQ(ask(method, "/metrics?a").body, "metrics") << method;
  }
}

TEST_F(RouterTest, AnswersUnknownPathsWith404) {
  for (const char* target :
       {"/nope", "/metrics/", "/%2e/metrics", "/a%2f..%2fmetrics", "/-%2Fhealthy"}) {
    const Response response = get(target);
    EXPECT_EQ(response.status, 404U) << target;
    EXPECT_EQ(response.body, "404 page not found\n");
    EXPECT_EQ(field(response, "Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(field(response, "X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(RouterTest, DecodesAnEscapedPath) { EXPECT_EQ(get("/%6detrics").body, "metrics"); }

TEST_F(RouterTest, RedirectsAnUncleanPath) {
  const Response response = get("//metrics");

  EXPECT_EQ(response.status, 307U);
  EXPECT_EQ(field(response, "Location"), "/metrics");
  EXPECT_EQ(field(response, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(response.body, "<a href=\"/metrics\">Temporary Redirect</a>.\n\n");
}

TEST_F(RouterTest, KeepsTheQueryInARedirect) {
  const Response response = get("/a/../metrics?a=\"1\"&b=\xc3\xa9");

  EXPECT_EQ(field(response, "Location"), "/metrics?a=\"1\"&b=%c3%a9");
  EXPECT_EQ(response.body,
            "<a href=\"/metrics?a=&#34;1&#34;&amp;b=\xc3\xa9\">Temporary Redirect</a>.\n\n");
}

TEST_F(RouterTest, RedirectsUnknownPathsToo) {
  EXPECT_EQ(field(get("/a//b/"), "Location"), "/a/b/");
}

TEST_F(RouterTest, EscapesTwiceAsTheReference) {
  EXPECT_EQ(field(get("//%6detrics"), "Location"), "/%256detrics");
}

TEST_F(RouterTest, RedirectsHeadAsGet) {
  const Response response = ask("HEAD", "//metrics");

  EXPECT_EQ(field(response, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(response.body, ask("GET", "//metrics").body);
}

TEST_F(RouterTest, RedirectsOtherMethodsWithoutATypeAndABody) {
  const Response response = ask("POST", "//metrics");

  EXPECT_EQ(response.status, 307U);
  EXPECT_EQ(field(response, "Content-Type"), "");
  EXPECT_EQ(response.body, "");
}

TEST_F(RouterTest, RedirectsAMissingPath) { EXPECT_EQ(field(get("http://foo"), "Location"), "/"); }

TEST_F(RouterTest, AnswersOptionsForTheWholeServer) {
  const Response response = ask("OPTIONS", "*");

  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body, "");
}

TEST_F(RouterTest, DoesNotCleanTheTargetOfConnect) {
  EXPECT_EQ(ask("CONNECT", "host:80").status, 404U);
  EXPECT_EQ(ask("CONNECT", "/metrics").body, "metrics");
}

TEST_F(RouterTest, AsksForTheBodyOfWhatItServesOnly) {
  router_.route_subtree("/tree/", answering("tree"), 20);
  router_.route_pattern("POST /pattern/{x}", answering("pattern"), 30);
  router_.route("/exact", answering("exact"), 10);
  const auto bytes_of = [&](std::string method, std::string target) {
    return router_.body_bytes_max(request_for(std::move(method), std::move(target)));
  };

  EXPECT_EQ(bytes_of("POST", "/exact?a=1"), 10U);
  EXPECT_EQ(bytes_of("POST", "/tree/x"), 20U);
  EXPECT_EQ(bytes_of("POST", "/pattern/x"), 30U);
  for (const char* target : {"/metrics", "/nope", "//exact", "/tree", "/pattern/x/"}) {
    EXPECT_EQ(bytes_of("POST", target), 0U) << target;
  }
  EXPECT_EQ(bytes_of("PUT", "/pattern/x"), 0U);
  EXPECT_EQ(bytes_of("OPTIONS", "*"), 0U);
}

TEST_F(RouterTest, ServesASubtree) {
  router_.route_subtree("/m/", answering("tree"));

  EXPECT_EQ(get("/m/").body, "tree");
  EXPECT_EQ(get("/m/x/y").body, "tree");
  EXPECT_EQ(get("/mx").status, 404U);
}

TEST_F(RouterTest, RedirectsToASubtreesSlash) {
  router_.route_subtree("/m/", answering("tree"));

  const Response response = get("/m?a=1");

  EXPECT_EQ(response.status, 307U);
  EXPECT_EQ(field(response, "Location"), "/m/?a=1");
}

TEST_F(RouterTest, PrefersAnExactPathToASubtree) {
  router_.route_subtree("/m/", answering("tree"));
  router_.route("/m", answering("exact"));
  router_.route("/m/x", answering("below"));

  EXPECT_EQ(get("/m").body, "exact");
  EXPECT_EQ(get("/m/x").body, "below");
}

TEST_F(RouterTest, PrefersTheLongestSubtree) {
  router_.route_subtree("/a/b/", answering("long"));
  router_.route_subtree("/", answering("all"));
  router_.route_subtree("/a/", answering("short"));

  EXPECT_EQ(get("/a/b/c").body, "long");
  EXPECT_EQ(get("/a/c").body, "short");
  EXPECT_EQ(get("/c").body, "all");
}

TEST_F(RouterTest, RedirectsToASlashBeforeTheCatchAllServes) {
  router_.route_subtree("/", answering("all"));
  router_.route_subtree("/a/", answering("short"));

  EXPECT_EQ(get("/a").status, 307U);
}

}  // namespace
}  // namespace weir::http
