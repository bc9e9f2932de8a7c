// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "server_fixture.h"

namespace weir::http {
namespace {

using support::Client;
using support::run_out;

constexpr std::string_view kLater = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n";

class DeferredAnswerTest : public ServerTest {
 protected:
  bool wait_until_asked(std::size_t times = 1) {
    return wait([&] { return asked_.size() == times; });
  }
  void answer(std::size_t which, std::string body) {
    asked_.at(which)(text_response(200, std::move(body)));
  }
  // Runs what is ready; nothing is, unless the server does what it should not.
  void poll() {
    for (int i = 0; i < 100; ++i) context_.poll_one();
  }
};

TEST_F(DeferredAnswerTest, ArrivesLater) {
  start();
  Client client = connect();
  client.send(kLater);
  ASSERT_TRUE(wait_until_asked());
  poll();
  client.receive(received_);
  EXPECT_EQ(received_, "");

  answer(0, "at last\n");

  ASSERT_TRUE(receive(client, "at last\n"));
  EXPECT_TRUE(received_.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(has_received("\r\nContent-Length: 8\r\n"));
  EXPECT_EQ(stats().requests.value(), 1U);
}

TEST_F(DeferredAnswerTest, LetsOthersBeServedMeanwhile) {
  start();
  Client waiting = connect();
  waiting.send(kLater);
  ASSERT_TRUE(wait_until_asked());
  Client other = connect();

  other.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive(other, "GET /a\n"));
  answer(0, "at last\n");
  EXPECT_TRUE(receive(waiting, "at last\n"));
}

TEST_F(DeferredAnswerTest, MayComeInAnotherOrderThanTheRequests) {
  start();
  Client first = connect();
  first.send(kLater);
  ASSERT_TRUE(wait_until_asked(1));
  Client second = connect();
  second.send(kLater);
  ASSERT_TRUE(wait_until_asked(2));

  answer(1, "second\n");
  ASSERT_TRUE(receive(second, "second\n"));
  answer(0, "first\n");

  EXPECT_TRUE(receive(first, "first\n"));
}

TEST_F(DeferredAnswerTest, HoldsThePipelinedRequestsBehindIt) {
  start();
  Client client = connect();
  client.send(std::string(kLater) + "GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait_until_asked());
  poll();
  client.receive(received_);
  EXPECT_EQ(received_, "");

  answer(0, "at last\n");

  ASSERT_TRUE(receive(client, "GET /next\n"));
  EXPECT_LT(received_.find("at last\n"), received_.find("GET /next\n"));
}

TEST_F(DeferredAnswerTest, LeavesTheConnectionForTheNextRequest) {
  start();
  Client client = connect();
  for (std::size_t i = 0; i < 3; ++i) {
    client.send(kLater);
    ASSERT_TRUE(wait_until_asked(i + 1));
    const auto body = "answer " + std::to_string(i) + "\n";

    answer(i, body);

    ASSERT_TRUE(receive(client, body));
  }
  EXPECT_EQ(stats().open.load(), 1U);
}

TEST_F(DeferredAnswerTest, MayComeAtOnce) {
  router_.route("/later", [](const Request&) {
    return deferred_response(
        [](const Respond& respond) { respond(text_response(200, "at once\n")); });
  });
  start();
  Client client = connect();

  client.send(kLater);

  EXPECT_TRUE(receive(client, "at once\n"));
}

TEST_F(DeferredAnswerTest, MayBePutOffAgain) {
  start();
  Client client = connect();
  client.send(kLater);
  ASSERT_TRUE(wait_until_asked());

  asked_[0](deferred_response([this](Respond respond) { asked_.push_back(std::move(respond)); }));
  ASSERT_TRUE(wait_until_asked(2));
  answer(1, "at last\n");

  EXPECT_TRUE(receive(client, "at last\n"));
}

TEST_F(DeferredAnswerTest, HasNoBodyForHead) {
  start();
  Client client = connect();
  client.send("HEAD /later HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait_until_asked());

  answer(0, "at last\n");

  ASSERT_TRUE(receive(client, "GET /b\n"));
  EXPECT_TRUE(has_received("Content-Length: 8\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

TEST_F(DeferredAnswerTest, MayBeStreamed) {
  start();
  stream_.pieces_left = 10;
  Client client = connect();
  client.send(kLater);
  ASSERT_TRUE(wait_until_asked());

  Response response;
  response.chunks = std::make_unique<Watched>(stream_);
  asked_[0](std::move(response));

  ASSERT_TRUE(receive(client, "\r\n0\r\n\r\n"));
  EXPECT_GT(received_.size(), 10U * kPieceBytes);
}

TEST_F(DeferredAnswerTest, FailsWith500WhenItCannotBegin) {
  router_.route("/later", [](const Request&) {
    return deferred_response([](const Respond&) { throw std::runtime_error("start"); });
  });
  start();
  Client client = connect();

  client.send(kLater);

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
}

TEST_F(DeferredAnswerTest, IsLostOnAClientThatHasGone) {
  start();
  Client client = connect();
  client.send(kLater);
  ASSERT_TRUE(wait_until_asked());

  client.reset();
  poll();
  answer(0, "too late\n");

  EXPECT_TRUE(wait([&] { return stats().open.load() == 0; }));
}

TEST_F(DeferredAnswerTest, IsAwaitedForALimitedTime) {
  start({.answer_timeout = kShort});
  Client client = connect();
  client.send(kLater);

  ASSERT_TRUE(receive_end(client));

  EXPECT_EQ(received_, "");
  EXPECT_EQ(stats().timeouts.value(), 1U);
  EXPECT_TRUE(wait([&] { return stats().open.load() == 0; }));
  answer(0, "too late\n");
  poll();
}

TEST_F(DeferredAnswerTest, MayBeForgotten) {
  start({.answer_timeout = kShort});
  Client client = connect();
  client.send(kLater);
  ASSERT_TRUE(wait_until_asked());

  asked_.clear();

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(wait([&] { return stats().open.load() == 0; }));
}

TEST_F(DeferredAnswerTest, IsGivenAfterAStop) {
  start();
  Client client = connect();
  client.send(kLater);
  ASSERT_TRUE(wait_until_asked());
  server_->stop(base::TimePoint::max());
  poll();

  answer(0, "at last\n");

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.ends_with("at last\n"));
  EXPECT_TRUE(has_received("Connection: close\r\n"));
  client.close();
  EXPECT_TRUE(run_out(context_));
}

TEST_F(DeferredAnswerTest, IsAwaitedUntilTheDeadlineOfAStop) {
  start();
  Client client = connect();
  client.send(kLater);
  ASSERT_TRUE(wait_until_asked());

  server_->stop(base::Clock::now() + kShort);

  EXPECT_TRUE(run_out(context_));
  EXPECT_EQ(stats().open.load(), 0U);
  EXPECT_TRUE(client.is_closed_by_peer());
  answer(0, "too late\n");
}

TEST_F(DeferredAnswerTest, MayComeWhenTheServerIsGone) {
  start();
  Client client = connect();
  client.send(kLater);
  ASSERT_TRUE(wait_until_asked());

  server_.reset();

  answer(0, "too late\n");
  EXPECT_TRUE(client.is_closed_by_peer());
}

}  // namespace
}  // namespace weir::http
