// SPDX-License-Identifier: Apache-2.0
#include "app/commands/http_client.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/flags.h"

namespace weir::app {
namespace {

// `HOST PORT PREFIX CREDENTIALS AUTHORITY`
std::string told(std::string_view text) {
  const HttpUrl url = parse_http_url(text);
  return (url.is_tls ? "tls " : "") + url.host + " " + url.port + " " + url.prefix + " " +
         url.credentials + " " + url.authority;
}

TEST(HttpUrl, IsTakenApart) {
  EXPECT_EQ(told("http://a"), "a 80   a");
  EXPECT_EQ(told("http://a:9102/"), "a 9102   a:9102");
  EXPECT_EQ(told("http://a/weir/x/"), "a 80 /weir/x  a");
  EXPECT_EQ(told("http://[::1]:9102"), "::1 9102   [::1]:9102");
  EXPECT_EQ(told("http://[::1]"), "::1 80   [::1]");
  EXPECT_EQ(told("https://a/weir"), "tls a 443 /weir  a");
  EXPECT_EQ(told("https://[::1]:9102"), "tls ::1 9102   [::1]:9102");
  EXPECT_EQ(told("http://u:p%20q+%26@a:1"), "a 1  u:p q+& a:1");
}

TEST(HttpUrl, IsRefusedWhereNoDaemonCanBe) {
  for (const auto* text :
       {"", "a:9102", "ftp://a", "http://", "https://", "http://:9102", "http://a:", "http://::1",
        "http://[::1", "http://a/?x", "http://a b", "http://u%zz@a", "http://a\r\nb"}) {
    EXPECT_THROW(static_cast<void>(parse_http_url(text)), FlagError) << text;
  }
}

TEST(HttpUrl, ShowsNoPasswordWhereItIsRefused) {
  for (const auto* text : {"http://ann:secret@", "ann:secret@a", "http://ann:secret@a b",
                           "http://ann:secret%zz@a", "http://ann:x/secret@a"}) {
    try {
      static_cast<void>(parse_http_url(text));
      ADD_FAILURE() << text;
    } catch (const FlagError& error) {
      EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("secret"))) << text;
    }
  }
}

TEST(HttpRequest, HasThePrefixTheHostAndThePassword) {
  EXPECT_EQ(http_request(parse_http_url("https://ann:p%40ss@a:1/weir/"), "/api/v1/status?x"),
            "GET /weir/api/v1/status?x HTTP/1.0\r\nHost: a:1\r\nUser-Agent: weir\r\n"
            "Authorization: Basic YW5uOnBAc3M=\r\n\r\n");
}

TEST(EscapeQueryValue, LeavesWhatNeedsNoEscape) {
  EXPECT_EQ(escape_query_value("aZ09_-.~"), "aZ09_-.~");
  EXPECT_EQ(escape_query_value("a b|c&=+%\n\xff"), "a%20b%7Cc%26%3D%2B%25%0A%FF");
}

TEST(HttpAnswer, FindsAFieldInAnyCase) {
  const HttpAnswer answer{.status = 200, .fields = {{"Weir-Applied", "true"}}, .body = ""};

  EXPECT_EQ(answer.header("weir-applied"), "true");
  EXPECT_EQ(answer.header("weir"), "");
}

}  // namespace
}  // namespace weir::app
