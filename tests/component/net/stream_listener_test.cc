// SPDX-License-Identifier: Apache-2.0
#include "weir/net/stream_listener.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "foreign_socket.h"
#include "stream_listener_fixture.h"

namespace weir::net {
namespace {

TEST_F(StreamListenerTest, HandsOnTheWholeStreamAndItsEnd) {
  start();
  Client sender = client();

  sender.send("a:1|c\nb:");
  ASSERT_TRUE(wait([&] { return stats().bytes.value() == 8; }));
  sender.send("2|c\n");
  sender.close();

  ASSERT_TRUE(wait([&] { return record_.ended == 1; }));
  EXPECT_EQ(record_.streams, std::vector<std::string>{"a:1|c\nb:2|c\n"});
  EXPECT_EQ(stats().errors.value(), 0U);
}

TEST_F(StreamListenerTest, TakesOverASocketThatItsOwnerOpened) {
  take_over(support::foreign_socket(SOCK_STREAM));

  client().send("x");

  ASSERT_TRUE(wait([&] { return record_.ended == 1; }));
  EXPECT_EQ(record_.streams, std::vector<std::string>{"x"});
  listener_->stop(never());
  EXPECT_TRUE(run_out(context_));
}

TEST_F(StreamListenerTest, TellsWhoIsConnected) {
  start();
  const Client first = client();
  const Client second = client();

  ASSERT_TRUE(wait([&] { return record_.peers.size() == 2; }));
  EXPECT_EQ(record_.peers, (std::vector<std::string>{first.address(), second.address()}));
}

TEST_F(StreamListenerTest, KeepsConnectionsApart) {
  start();
  Client first = client();
  Client second = client();

  first.send("first");
  second.send("second");
  first.close();
  second.close();

  ASSERT_TRUE(wait([&] { return record_.ended == 2; }));
  EXPECT_EQ(record_.streams, (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(stats().connections.value(), 2U);
  ASSERT_TRUE(wait([&] { return stats().open.load() == 0; }));
}

TEST_F(StreamListenerTest, HandsOnMoreThanOneBufferInOrder) {
  start();
  Client sender = client();
  std::string sent;
  for (int i = 0; i < 40'000; ++i) sent += std::to_string(i) + "\n";

  // Sent in pieces, so that neither side has to hold it all.
  for (std::size_t at = 0; at < sent.size(); at += 50'000) {
    sender.send(std::string_view(sent).substr(at, 50'000));
    const std::size_t until = std::min(at + 50'000, sent.size());
    ASSERT_TRUE(wait([&] { return stats().bytes.value() == until; }));
  }

  EXPECT_EQ(record_.streams, std::vector<std::string>{sent});
}

TEST_F(StreamListenerTest, ClosesConnectionsAboveTheLimitAtOnce) {
  start({.connections_max = 1});
  const Client first = client();
  ASSERT_TRUE(wait([&] { return stats().open.load() == 1; }));

  Client second = client();

  ASSERT_TRUE(wait([&] { return second.is_closed_by_peer(); }));
  EXPECT_EQ(stats().refused.value(), 1U);
  EXPECT_EQ(stats().connections.value(), 1U);
  first.send("x");
  ASSERT_TRUE(wait([&] { return stats().bytes.value() == 1; }));
}

TEST_F(StreamListenerTest, TakesANewConnectionOnceAnOldOneHasEnded) {
  start({.connections_max = 1});
  client().close();
  ASSERT_TRUE(wait([&] { return record_.ended == 1 && stats().open.load() == 0; }));

  const Client second = client();

  ASSERT_TRUE(wait([&] { return stats().connections.value() == 2; }));
  EXPECT_EQ(stats().refused.value(), 0U);
}

TEST_F(StreamListenerTest, TakesMoreConnectionsThanOneTurnAccepts) {
  start();
  std::vector<Client> waiting;
  for (int i = 0; i < 40; ++i) waiting.push_back(client());

  EXPECT_TRUE(wait([&] { return stats().open.load() == 40; }));
}

TEST_F(StreamListenerTest, ClosesSilentConnections) {
  start({.idle_timeout = std::chrono::milliseconds(30)});
  Client silent = client();
  silent.send("unfinished");

  ASSERT_TRUE(wait([&] { return silent.is_closed_by_peer(); }));

  EXPECT_EQ(stats().idle_closed.value(), 1U);
  EXPECT_EQ(record_.ended, 1);
  EXPECT_EQ(stats().errors.value(), 0U);
}

TEST_F(StreamListenerTest, KeepsAConnectionThatSendsWhileItClosesASilentOne) {
  start({.idle_timeout = std::chrono::milliseconds(400)});
  Client silent = client();
  Client active = client();

  ASSERT_TRUE(wait([&] {
    active.send("x");
    return silent.is_closed_by_peer();
  }));

  EXPECT_TRUE(wait([&] { return stats().open.load() == 1; }));
  EXPECT_FALSE(active.is_closed_by_peer());
  EXPECT_EQ(stats().idle_closed.value(), 1U);
}

// As after a pause of the daemon, in which the check became due before the bytes came: one wait for
// events brings no more than 128 of them.
TEST_F(StreamListenerTest, ReadsWhatWaitsBeforeAConnectionIsSilent) {
  constexpr std::size_t kConnections = 300;
  constexpr std::chrono::milliseconds kIdle{400};
  start({.idle_timeout = kIdle});
  std::vector<Client> clients;
  for (std::size_t i = 0; i < kConnections; ++i) clients.push_back(client());
  ASSERT_TRUE(wait([&] { return stats().open.load() == kConnections; }));

  std::this_thread::sleep_for(2 * kIdle);
  for (const Client& each : clients) each.send("x");

  ASSERT_TRUE(wait([&] { return record_.ended == static_cast<int>(kConnections); }));
  EXPECT_EQ(record_.streams, std::vector<std::string>(kConnections, "x"));
  EXPECT_EQ(stats().idle_closed.value(), kConnections);
}

AllowList only(std::string_view network) {
  AllowList list("--allow");
  list.add(*Network::parse(network));
  return list;
}

TEST_F(StreamListenerTest, TakesTheConnectionsOfAllowedSendersAlone) {
  start({.allow_from = only("127.0.0.0/8")});
  const Client allowed = client();
  ASSERT_TRUE(wait([&] { return stats().connections.value() == 1; }));
  listener_->stop(never());
  ASSERT_TRUE(run_out(context_));

  start({.allow_from = only("192.0.2.0/24")});
  Client refused = client();

  ASSERT_TRUE(wait([&] { return refused.is_closed_by_peer(); }));

  EXPECT_EQ(stats().refused_senders.value(), 1U);
  EXPECT_EQ(stats().connections.value(), 0U);
}

TEST_F(StreamListenerTest, KnowsWhenItLastReceived) {
  start();
  EXPECT_FALSE(listener_->activity().last());
  const auto before = base::Clock::now();

  client().send(std::string(1000, 'x'));

  ASSERT_TRUE(wait([&] { return stats().bytes.value() == 1000; }));
  EXPECT_GE(listener_->activity().last(), before);
  EXPECT_GT(listener_->activity().pressure(base::Clock::now()), 0);
  EXPECT_GT(listener_->buffer_bytes(), 1000U);
}

TEST_F(StreamListenerTest, StopTakesWhatTheSocketsHold) {
  start();
  const Client open = client();
  ASSERT_TRUE(wait([&] { return stats().open.load() == 1; }));
  open.send("held");
  const Client backlog = client();
  backlog.send("not yet accepted");

  listener_->stop(never());

  EXPECT_EQ(record_.streams, (std::vector<std::string>{"held", "not yet accepted"}));
  EXPECT_EQ(record_.ended, 2);
  EXPECT_TRUE(run_out(context_));
  EXPECT_EQ(stats().open.load(), 0U);
}

TEST_F(StreamListenerTest, StopTakesAllConnectionsThatWait) {
  start();
  const std::vector<std::string> sent(100, "not yet accepted");
  for (const auto& text : sent) client().send(text);

  listener_->stop(never());

  EXPECT_EQ(record_.streams, sent);
  EXPECT_EQ(record_.ended, 100);
  EXPECT_TRUE(run_out(context_));
}

TEST_F(StreamListenerTest, StopLosesNoConnectionHoweverFarItsAcceptWas) {
  const std::vector<std::string> sent{"first", "second", "third"};
  for (int steps = 0; steps < 8; ++steps) {
    record_ = {};
    start();
    context_.poll();
    for (const auto& text : sent) client().send(text);
    for (int i = 0; i < steps; ++i) context_.poll_one();

    listener_->stop(never());

    EXPECT_EQ(record_.streams, sent) << "after " << steps << " steps";
    EXPECT_TRUE(run_out(context_));
    context_.restart();
  }
}

TEST_F(StreamListenerTest, StopEndsTheIdleCheckToo) {
  start({.idle_timeout = std::chrono::hours(1)});
  context_.poll();

  listener_->stop(never());

  EXPECT_TRUE(run_out(context_));
}

TEST_F(StreamListenerTest, WildcardTakesBothFamilies) {
  listen(":0");

  const Client four(SOCK_STREAM, listener_->local_port(), AF_INET);
  ASSERT_TRUE(wait([&] { return stats().connections.value() == 1; }));
  try {
    const Client six(SOCK_STREAM, listener_->local_port(), AF_INET6);
    EXPECT_TRUE(wait([&] { return stats().connections.value() == 2; }));
  } catch (const std::runtime_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }
}

TEST_F(StreamListenerTest, SaysThatThePortIsTaken) {
  start();
  const std::string address = "127.0.0.1:" + std::to_string(listener_->local_port());

  try {
    const StreamListener second(context_, opened(address), {}, {}, log_);
    FAIL() << "bound twice";
  } catch (const ListenError& error) {
    EXPECT_EQ(error.what(), "listen tcp " + address + ": bind: address already in use");
  }
}

}  // namespace
}  // namespace weir::net
