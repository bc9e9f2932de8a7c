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
  return url.host + " " + url.port + " " + url.prefix + " " + url.credentials + " " + url.authority;
}

TEST(HttpUrl, IsTakenApart) {
  EXPECT_EQ(told("http://a"), "a 80   a");
  EXPECT_EQ(told("http://a:9102/"), "a 9102   a:9102");
  EXPECT_EQ(told("http://a/weir/x/"), "a 80 /weir/x  a");
  EXPECT_EQ(told("http://[::1]:9102"), "::1 9102   [::1]:9102");
  EXPECT_EQ(told("http://[::1]"), "::1 80   [::1]");
  EXPECT_EQ(told("http://u:p%20q+%26@a:1"), "a 1  u:p q+& a:1");
}

TEST(HttpUrl, IsRefusedWhereNoDaemonCanBe) {
  for (const auto* text : {"", "a:9102", "https://a", "http://", "http://:9102", "http://a:",
                           "http://a/?x", "http://a b", "http://u%zz@a", "http://a\r\nb"}) {
    EXPECT_THROW(static_cast<void>(parse_http_url(text)), FlagError) << text;
  }
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
