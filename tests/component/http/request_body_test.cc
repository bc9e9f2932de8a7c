// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "server_fixture.h"

namespace weir::http {
namespace {

using support::Client;

constexpr std::size_t kBodyBytesMax = 100'000;

// Serves `/jobs/{job}`, which asks for the body of its requests, and what other tests ask for.
class RequestBodyTest : public ServerTest {
 protected:
  RequestBodyTest() {
    router_.route_pattern(
        "/jobs/{job}",
        [this](const Request& request) {
          bodies_.push_back(request.body);
          std::string answer = request.method + " " + std::string(request.path_value("job")) + " ";
          return text_response(200, answer + std::to_string(request.body.size()) + "\n");
        },
        kBodyBytesMax);
  }

  std::uint64_t refused_as_too_long() {
    for (const auto& [status, count] : stats().refused_requests) {
      if (status == 413) return count.value();
    }
    return 0;
  }

  std::vector<std::string> bodies_;
};

TEST_F(RequestBodyTest, ReachesTheHandlerWithThePathsValue) {
  start();
  Client client = connect();
  const std::string body(kBodyBytesMax, 'b');

  client.send("POST /jobs/a%2Fb HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + body);

  ASSERT_TRUE(receive(client, "POST a/b 100000\n"));
  EXPECT_EQ(bodies_.at(0), body);
}

TEST_F(RequestBodyTest, ReachesTheHandlerFromItsChunks) {
  start();
  Client client = connect();

  client.send(
      "PUT /jobs/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\n");
  client.send("de\r\n0\r\n\r\n");

  ASSERT_TRUE(receive(client, "PUT a 5\n"));
  EXPECT_EQ(bodies_.at(0), "abcde");
}

TEST_F(RequestBodyTest, LeavesTheConnectionToTheRequestsAfterIt) {
  start();
  Client client = connect();

  client.send(
      "POST /jobs/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"
      "POST /jobs/b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n"
      "POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nd"
      "GET /jobs/c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.ends_with("GET c 0\n"));
  EXPECT_TRUE(has_received("POST /other\n"));
  EXPECT_EQ(bodies_, (std::vector<std::string>{"ab", "c", ""}));
}

TEST_F(RequestBodyTest, IsRefusedWhenItsLengthIsAboveTheLimit) {
  start();
  Client client = connect();

  client.send("POST /jobs/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n" +
              std::string(kBodyBytesMax + 1, 'b'));

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.starts_with("HTTP/1.1 413 Request Entity Too Large\r\n"));
  EXPECT_TRUE(has_received("Connection: close\r\n"));
  EXPECT_TRUE(received_.ends_with("413 Request Entity Too Large"));
  EXPECT_FALSE(client.has_reset());
  EXPECT_EQ(refused_as_too_long(), 1U);
  EXPECT_TRUE(bodies_.empty());
}

TEST_F(RequestBodyTest, IsRefusedWhenItsChunksAreAboveTheLimit) {
  start();
  Client client = connect();

  client.send("POST /jobs/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n186a1\r\n" +
              std::string(kBodyBytesMax + 1, 'b'));

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.starts_with("HTTP/1.1 413 Request Entity Too Large\r\n"));
  EXPECT_EQ(refused_as_too_long(), 1U);
  EXPECT_TRUE(bodies_.empty());
}

TEST_F(RequestBodyTest, IsThrownAwayOnTheWayToAnotherPath) {
  start();
  Client client = connect();

  client.send("POST //jobs/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  client.send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive(client, "GET /b\n"));
  EXPECT_TRUE(received_.starts_with("HTTP/1.1 307 Temporary Redirect\r\n"));
  EXPECT_TRUE(bodies_.empty());
}

TEST_F(RequestBodyTest, IsSentOnceItsClientHasLeave) {
  start();
  Client client = connect();
  client.send(
      "POST /jobs/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  ASSERT_TRUE(receive(client, "\r\n\r\n"));
  EXPECT_EQ(received_, "HTTP/1.1 100 Continue\r\n\r\n");

  client.send("abc");

  ASSERT_TRUE(receive(client, "POST a 3\n"));
  EXPECT_TRUE(has_received("Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(stats().requests.value(), 1U);
}

TEST_F(RequestBodyTest, GetsLeaveAfterThePipelinedRequestsBeforeIt) {
  start();
  Client client = connect();

  client.send(
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /jobs/b HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");

  ASSERT_TRUE(receive(client, "GET /a\nHTTP/1.1 100 Continue\r\n\r\n"));
  client.send("abc");
  EXPECT_TRUE(receive(client, "POST b 3\n"));
}

TEST_F(RequestBodyTest, GetsNoLeaveWhenItIsNotWanted) {
  start();
  for (const char* request :
       {"POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
        "POST /jobs/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
        "Content-Length: 100001\r\n\r\n"}) {
    received_.clear();
    Client client = connect();

    client.send(request);

    ASSERT_TRUE(receive_end(client));
    EXPECT_FALSE(has_received(" 100 ")) << request;
    EXPECT_TRUE(has_received("Connection: close\r\n"));
  }
}

TEST_F(RequestBodyTest, IsNotWaitedForLongerThanARequestMayTake) {
  start({.request_timeout = kShort});
  Client client = connect();

  client.send("POST /jobs/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab");

  ASSERT_TRUE(receive_end(client));
  EXPECT_EQ(received_, "");
  EXPECT_EQ(stats().timeouts.value(), 1U);
}

}  // namespace
}  // namespace weir::http
