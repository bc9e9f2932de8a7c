// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "server_fixture.h"

namespace weir::http {
namespace {

using support::Client;
using support::run_out;

constexpr std::string_view kLive = "GET /live HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n";

class LiveAnswerTest : public ServerTest {
 protected:
  Client begin() {
    Client client = connect();
    client.send(kLive);
    EXPECT_TRUE(receive(client, "\r\n\r\n"));
    received_.clear();
    return client;
  }
  // Runs the server for a while; returns how often the source was asked.
  int calls_within(std::chrono::milliseconds time) {
    const int before = live_.calls;
    const auto end = base::Clock::now() + time;
    while (base::Clock::now() < end) context_.run_one_for(std::chrono::milliseconds(1));
    return live_.calls - before;
  }
};

TEST_F(LiveAnswerTest, SendsEachPieceAtOnceAndTheHeadBeforeAny) {
  start();
  Client client = begin();

  live_.ready = "one\n";
  ASSERT_TRUE(receive(client, "4\r\none\n\r\n"));
  live_.ready = "two\n";
  ASSERT_TRUE(receive(client, "4\r\ntwo\n\r\n"));
  live_.has_more = false;
  ASSERT_TRUE(receive(client, "\r\n0\r\n\r\n"));

  // Another may follow.
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(receive(client, "GET /a\n"));
}

TEST_F(LiveAnswerTest, AsksTheSourceNoMoreOftenThanItWants) {
  start();
  const Client client = begin();

  EXPECT_LE(calls_within(10 * kShort), 11);
}

TEST_F(LiveAnswerTest, LetsOthersBeServedMeanwhile) {
  start();
  const Client client = begin();
  Client other = connect();

  other.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_TRUE(receive(other, "GET /a\n"));
}

TEST_F(LiveAnswerTest, EndsWhenTheClientHasGoneThoughNothingIsSent) {
  start();
  Client client = begin();
  EXPECT_FALSE(live_.is_gone);

  client.close();

  EXPECT_TRUE(wait([&] { return live_.is_gone; }));
  EXPECT_TRUE(wait([&] { return stats().open.load() == 0; }));
}

TEST_F(LiveAnswerTest, IsNotTooSlowWhileThereIsNothingToSend) {
  start({.write_timeout = kShort});
  Client client = begin();
  calls_within(5 * kShort);
  EXPECT_EQ(stats().timeouts.value(), 0U);

  live_.ready = "late\n";

  EXPECT_TRUE(receive(client, "late\n\r\n"));
}

TEST_F(LiveAnswerTest, IsBrokenOffWhereTheClientStopsReading) {
  start({.write_timeout = kShort});
  const Client client = begin();

  EXPECT_TRUE(wait([&] {
    if (!live_.is_gone) live_.ready.assign(kPieceBytes, 'x');
    return live_.is_gone;
  }));
  EXPECT_EQ(stats().timeouts.value(), 1U);
}

TEST_F(LiveAnswerTest, EndsAtTheDeadlineOfAStop) {
  start();
  const Client client = begin();

  server_->stop(base::Clock::now() + 2 * kShort);

  EXPECT_TRUE(run_out(context_));
  EXPECT_TRUE(live_.is_gone);
}

TEST_F(LiveAnswerTest, MayFinishWithinAStop) {
  start();
  Client client = begin();

  server_->stop(base::TimePoint::max());
  live_.ready = "last\n";
  live_.has_more = false;

  EXPECT_TRUE(receive(client, "last\n\r\n0\r\n\r\n"));
  EXPECT_TRUE(run_out(context_));
}

TEST_F(LiveAnswerTest, EndsWithTheServer) {
  start();
  const Client client = begin();

  server_.reset();

  EXPECT_TRUE(live_.is_gone);
}

}  // namespace
}  // namespace weir::http
