// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "server_fixture.h"

namespace weir::http {
namespace {

using support::Client;
using support::run_out;

class OtherProtocolTest : public ServerTest {
 protected:
  OtherProtocolTest() {
    other_protocol_ = [this](const ConnectionOrigin& origin) -> std::unique_ptr<net::StreamSink> {
      ++made_;
      peer_ = origin.peer.text();
      return is_refusing_ ? nullptr : std::make_unique<Sink>(*this);
    };
  }

  class Sink final : public net::StreamSink {
   public:
    explicit Sink(OtherProtocolTest& test) : test_(test) {}
    void on_bytes(std::string_view bytes, base::TimePoint) override { test_.bytes_ += bytes; }
    void on_end(base::TimePoint) override { ++test_.ended_; }

   private:
    OtherProtocolTest& test_;
  };

  bool is_refusing_ = false;
  int made_ = 0;
  int ended_ = 0;
  std::string peer_;
  std::string bytes_;
};

TEST_F(OtherProtocolTest, TakesWhatDoesNotBeginAsARequest) {
  start();
  Client client = connect();
  client.send("a 1\n");
  ASSERT_TRUE(wait([&] { return bytes_ == "a 1\n"; }));
  client.send("b 2\n");
  ASSERT_TRUE(wait([&] { return bytes_ == "a 1\nb 2\n"; }));
  EXPECT_TRUE(peer_.starts_with("127.0.0.1:"));
  EXPECT_EQ(ended_, 0);
  client.close();
  ASSERT_TRUE(wait([&] { return ended_ == 1; }));
  EXPECT_EQ(stats().requests.value(), 0U);
}

TEST_F(OtherProtocolTest, LeavesRequestsInPiecesToTheServer) {
  start();
  Client client = connect();
  client.send("G");
  for (int i = 0; i < 100; ++i) context_.poll_one();
  client.send("ET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(receive(client, "GET /b\n"));
  EXPECT_TRUE(has_received("GET /a\n"));
  EXPECT_EQ(made_, 0);
}

TEST_F(OtherProtocolTest, HasBytesThatNeverBecameARequest) {
  start();
  Client client = connect();
  client.send("POST");
  client.close();
  ASSERT_TRUE(wait([&] { return ended_ == 1; }));
  EXPECT_EQ(bytes_, "POST");
}

TEST_F(OtherProtocolTest, IsNotAskedWhereNothingCame) {
  start();
  connect().close();
  ASSERT_TRUE(wait([&] { return stats().open == 0; }));
  EXPECT_EQ(made_, 0);
}

TEST_F(OtherProtocolTest, MayRefuseAConnection) {
  is_refusing_ = true;
  start();
  Client client = connect();
  client.send("a 1\n");
  ASSERT_TRUE(receive_end(client));
  EXPECT_EQ(made_, 1);
}

TEST_F(OtherProtocolTest, IsClosedWhenItIsSilent) {
  Limits limits;
  limits.idle_timeout = kShort;
  start(limits);
  Client client = connect();
  client.send("a 1\n");
  ASSERT_TRUE(wait([&] { return ended_ == 1; }));
  EXPECT_EQ(bytes_, "a 1\n");
  EXPECT_TRUE(receive_end(client));
  EXPECT_EQ(server_->stats().idle_closed.value(), 1U);
}

TEST_F(OtherProtocolTest, GetsWhatHasComeBeforeAStop) {
  start();
  Client client = connect();
  client.send("a 1\n");
  ASSERT_TRUE(wait([&] { return !bytes_.empty(); }));
  client.send(std::string(100'000, 'x'));
  server_->stop(base::Clock::now() + std::chrono::seconds(10));
  ASSERT_TRUE(run_out(context_));
  EXPECT_EQ(bytes_.size(), 100'004U);
  EXPECT_EQ(ended_, 1);
}

TEST_F(OtherProtocolTest, DoesNotHoldUpAStop) {
  start();
  Client client = connect();
  client.send("a 1\n");
  ASSERT_TRUE(wait([&] { return !bytes_.empty(); }));
  server_->stop(base::TimePoint::max());
  ASSERT_TRUE(run_out(context_));
  EXPECT_EQ(ended_, 1);
}

}  // namespace
}  // namespace weir::http
