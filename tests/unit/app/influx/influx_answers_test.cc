// SPDX-License-Identifier: Apache-2.0
#include "app/influx/influx_answers.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

using influx::Precision;

http::Request request(std::string query, std::string authorization = "") {
  http::Request made;
  made.query = std::move(query);
  if (!authorization.empty()) made.fields.push_back({"authorization", std::move(authorization)});
  return made;
}

std::string authorization_of(http::Request made) {
  use_influx_credentials(made);
  return made.joined_header("Authorization");
}

TEST(InfluxPrecision, IsThatOfItsApi) {
  EXPECT_EQ(influx_precision(InfluxApi::V1, "db=d"), Precision::Nanoseconds);
  EXPECT_EQ(influx_precision(InfluxApi::V1, "db=d&precision=u"), Precision::Microseconds);
  EXPECT_EQ(influx_precision(InfluxApi::V1, "precision=h"), Precision::Hours);
  EXPECT_EQ(influx_precision(InfluxApi::V1, "precision=any"), Precision::Nanoseconds);
  EXPECT_EQ(influx_precision(InfluxApi::V2, ""), Precision::Nanoseconds);
  EXPECT_EQ(influx_precision(InfluxApi::V2, "precision=us"), Precision::Microseconds);
  EXPECT_EQ(influx_precision(InfluxApi::V2, "precision=h"), std::nullopt);
}

TEST(InfluxCredentials, AreThoseOfTheQueryOrTheToken) {
  EXPECT_EQ(authorization_of(request("u=me&p=se%63ret")), "Basic bWU6c2VjcmV0");
  EXPECT_EQ(authorization_of(request("", "Token me:secret")), "Basic bWU6c2VjcmV0");
  EXPECT_EQ(authorization_of(request("db=d")), "");
}

TEST(InfluxCredentials, LeaveBasicAuthenticationAsItIs) {
  EXPECT_EQ(authorization_of(request("u=other&p=x", "Basic bWU6c2VjcmV0")), "Basic bWU6c2VjcmV0");
}

TEST(InfluxQuery, TakesCreateDatabaseFromQueryOrForm) {
  EXPECT_EQ(influx_query(request("q=CREATE+DATABASE+%22d%22")).status, 200U);
  EXPECT_EQ(influx_query(request("q=create%20database%20d")).status, 200U);
  http::Request form = request("");
  form.body = "q=CREATE+DATABASE+d";
  EXPECT_EQ(influx_query(form).status, 200U);
  EXPECT_EQ(influx_query(request("q=DROP+DATABASE+d")).status, 400U);
  EXPECT_EQ(influx_query(request("q=CREATE+DATABASE+")).status, 400U);
  EXPECT_EQ(influx_query(request("")).status, 400U);
}

TEST(InfluxError, SaysItInTheFieldOnOneLine) {
  const auto response = influx_error(InfluxApi::V1, 400, "one\ntwo\r");
  EXPECT_EQ(response.body, "{\"error\":\"one\\ntwo\\r\"}\n");
  EXPECT_EQ(response.headers.back().value, "one two ");
}

}  // namespace
}  // namespace weir::app
