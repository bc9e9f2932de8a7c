// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server_fixture.h"

namespace weir::http {
namespace {

using support::Client;
using support::run_out;

using ServerLimitsTest = ServerTest;

TEST_F(ServerLimitsTest, AnswersAnOverlongHeaderEvenWhileItIsSent) {
  start({.header_bytes_max = 10'000});
  Client client = connect();

  client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(100'000, 'x'));

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
  EXPECT_FALSE(client.has_reset());
  for (const auto& [status, count] : stats().refused_requests) {
    EXPECT_EQ(count.value(), status == 431 ? 1U : 0U) << status;
  }
}

TEST_F(ServerLimitsTest, AnswersARequestWhoseBodyIsTooLongAndCloses) {
  start({.body_bytes_max = 1000});
  Client client = connect();

  client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" +
              std::string(100'000, 'x'));

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.ends_with("POST /a\n"));
  EXPECT_TRUE(has_received("Connection: close\r\n"));
  EXPECT_FALSE(client.has_reset());
}

TEST_F(ServerLimitsTest, ClosesAConnectionThatSendsItsRequestTooSlowly) {
  start({.request_timeout = kShort});
  Client client = connect();

  client.send("GET / HT");

  ASSERT_TRUE(receive_end(client));
  EXPECT_EQ(received_, "");
  EXPECT_EQ(stats().timeouts.value(), 1U);
}

TEST_F(ServerLimitsTest, ClosesAConnectionThatReadsTooSlowly) {
  start({.write_timeout = kShort});
  Client client = connect();

  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_TRUE(wait([&] { return stream_.is_gone; }));
  EXPECT_EQ(stats().timeouts.value(), 1U);
}

// With HTTP/1.0 only the end of the connection shows that the page is whole.
TEST_F(ServerLimitsTest, ResetsAConnectionThatReadsTooSlowly) {
  start({.write_timeout = kShort});
  Client client = connect();

  client.send("GET /stream HTTP/1.0\r\n\r\n");

  ASSERT_TRUE(wait([&] { return stream_.is_gone; }));
  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(client.has_reset());
}

// Each piece that is taken in time renews the time for the next.
TEST_F(ServerLimitsTest, LetsAnAnswerTakeLongerThanItsWriteTimeoutWhileItIsRead) {
  constexpr std::chrono::milliseconds kWriteTimeout{400};
  constexpr std::size_t kBytesPerMillisecond = 25'000;
  start({.write_timeout = kWriteTimeout});
  Client client = connect();
  client.keep_at_most(1 << 20);
  stream_.pieces_left = 1000;
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");

  // Steadily, until the answer has taken several times as long as a stalled one may.
  const auto begin = base::Clock::now();
  const bool has_end = wait([&] {
    const auto passed =
        std::chrono::duration_cast<std::chrono::milliseconds>(base::Clock::now() - begin);
    const std::size_t allowed =
        passed > 4 * kWriteTimeout
            ? SIZE_MAX
            : static_cast<std::size_t>(passed.count()) * kBytesPerMillisecond;
    if (allowed > received_.size()) client.receive(received_, allowed - received_.size());
    return client.has_end() || received_.ends_with("\r\n0\r\n\r\n");
  });

  EXPECT_TRUE(has_end);
  EXPECT_FALSE(client.has_end());
  EXPECT_TRUE(received_.ends_with("\r\n0\r\n\r\n"));
  EXPECT_EQ(stats().timeouts.value(), 0U);
}

TEST_F(ServerLimitsTest, ClosesAnIdleConnection) {
  start({.idle_timeout = kShort});
  Client client = connect();
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive_end(client));

  EXPECT_TRUE(received_.ends_with("GET /a\n"));
  EXPECT_EQ(stats().timeouts.value(), 0U);
}

TEST_F(ServerLimitsTest, KeepsAConnectionThatGoesOnAskingWhileItClosesAnIdleOne) {
  start({.idle_timeout = std::chrono::milliseconds(400)});
  Client idle = connect();
  idle.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  Client active = connect();
  const std::string_view request = "GET /b HTTP/1.1\r\nHost: x\r\n\r\n";
  active.send(request);

  ASSERT_TRUE(wait([&] {
    active.receive(received_);
    if (received_.ends_with("GET /b\n")) {
      received_.clear();
      active.send(request);
    }
    return idle.is_closed_by_peer();
  }));

  EXPECT_FALSE(active.has_end());
  EXPECT_TRUE(receive(active, "GET /b\n"));
}

TEST_F(ServerLimitsTest, ClosesAConnectionThatNeverSpeaks) {
  start({.request_timeout = kShort});
  Client client = connect();

  EXPECT_TRUE(receive_end(client));
}

TEST_F(ServerLimitsTest, ClosesConnectionsAboveTheLimitAtOnce) {
  start({.connections_max = 1});
  Client first = connect();
  ASSERT_TRUE(wait([&] { return stats().open.load() == 1; }));

  Client second = connect();

  ASSERT_TRUE(receive_end(second));
  EXPECT_EQ(stats().refused.value(), 1U);
  first.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(receive(first, "GET /a\n"));
}

TEST_F(ServerLimitsTest, StopClosesIdleConnections) {
  start();
  Client client = connect();
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(receive(client, "GET /a\n"));

  server_->stop(base::TimePoint::max());

  EXPECT_TRUE(run_out(context_));
  EXPECT_TRUE(client.is_closed_by_peer());
  EXPECT_EQ(stats().open.load(), 0U);
}

TEST_F(ServerLimitsTest, StopAnswersThoseWhoHaveJustConnected) {
  start();
  std::vector<Client> clients;
  // More than one turn of the server accepts.
  for (int i = 0; i < 40; ++i) {
    clients.push_back(connect());
    clients.back().send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  server_->stop(base::TimePoint::max());

  for (Client& client : clients) {
    received_.clear();
    ASSERT_TRUE(receive_end(client));
    EXPECT_TRUE(received_.ends_with("GET /a\n"));
    EXPECT_TRUE(has_received("Connection: close\r\n"));
  }
}

TEST_F(ServerLimitsTest, StopWaitsForTheFirstRequestOfAConnection) {
  start();
  Client client = connect();
  ASSERT_TRUE(wait([&] { return stats().open.load() == 1; }));

  server_->stop(base::TimePoint::max());
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.ends_with("GET /a\n"));
}

TEST_F(ServerLimitsTest, StopDoesNotWaitForASilentConnection) {
  start();
  Client client = connect();
  ASSERT_TRUE(wait([&] { return stats().open.load() == 1; }));

  server_->stop(base::TimePoint::max());

  EXPECT_TRUE(run_out(context_));
  EXPECT_TRUE(client.is_closed_by_peer());
}

TEST_F(ServerLimitsTest, StopAnswersWhatHasArrivedOnAnIdleConnection) {
  start();
  Client client = connect();
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(receive(client, "GET /a\n"));
  client.send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");

  server_->stop(base::TimePoint::max());

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.ends_with("GET /b\n"));
}

TEST_F(ServerLimitsTest, ReportsTheEndOfAStop) {
  start();
  stream_.pieces_left = 200;
  Client client = connect();
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait([&] { return stream_.pieces_made > 0; }));
  int ends = 0;

  server_->stop(base::TimePoint::max(), [&] { ++ends; });

  EXPECT_EQ(ends, 0);
  ASSERT_TRUE(receive_end(client));
  client.close();
  EXPECT_TRUE(run_out(context_));
  EXPECT_EQ(ends, 1);
}

TEST_F(ServerLimitsTest, StopLetsAResponseFinish) {
  start();
  stream_.pieces_left = 200;
  Client client = connect();
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait([&] { return stream_.pieces_made > 0; }));

  server_->stop(base::TimePoint::max());

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.ends_with("\r\n0\r\n\r\n"));
  client.close();
  EXPECT_TRUE(run_out(context_));
}

TEST_F(ServerLimitsTest, StopBreaksAResponseOffAtTheDeadline) {
  start();
  Client client = connect();
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait([&] { return stream_.pieces_made > 0; }));

  server_->stop(base::Clock::now() + kShort);

  EXPECT_TRUE(run_out(context_));
  EXPECT_TRUE(stream_.is_gone);
  EXPECT_TRUE(client.is_closed_by_peer());
  EXPECT_TRUE(client.has_reset());
}

TEST_F(ServerLimitsTest, AnswersTheRequestThatStopsIt) {
  start();
  Client client = connect();

  client.send("POST /stop HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_TRUE(receive_end(client));
  EXPECT_TRUE(received_.ends_with("POST /stop\n"));
  EXPECT_TRUE(has_received("Connection: close\r\n"));
  client.close();
  EXPECT_TRUE(run_out(context_));
}

TEST_F(ServerLimitsTest, SaysThatThePortIsTaken) {
  start();
  const std::string address = "127.0.0.1:" + std::to_string(server_->local_ports().front());

  try {
    [[maybe_unused]] const auto second = opened(address);
    FAIL() << "bound twice";
  } catch (const net::ListenError& error) {
    EXPECT_EQ(error.what(), "listen tcp " + address + ": bind: address already in use");
  }
}

TEST_F(ServerLimitsTest, EndsWhatIsUnderWayWhenDestroyed) {
  start();
  Client client = connect();
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(wait([&] { return stream_.pieces_made > 0; }));

  server_.reset();

  EXPECT_TRUE(stream_.is_gone);
  EXPECT_TRUE(client.is_closed_by_peer());
}

}  // namespace
}  // namespace weir::http
