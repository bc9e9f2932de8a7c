// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <chrono>
#include <memory>
#include <new>
#include <string>
#include <sys/resource.h>
#include <vector>

#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include "stream_listener_fixture.h"

namespace weir::net {
namespace {

TEST_F(StreamListenerTest, OutlivesASinkThatThrows) {
  start();
  record_.throws = true;
  Client first = client();
  first.send("x");
  ASSERT_TRUE(wait([&] { return first.is_closed_by_peer(); }));
  record_.throws = false;

  client().send("second");

  ASSERT_TRUE(wait([&] { return record_.streams.back() == "second"; }));
}

TEST_F(StreamListenerTest, OutlivesAConnectionThatThereIsNoMemoryFor) {
  start();
  lacks_memory_ = true;
  Client first = client();
  ASSERT_TRUE(wait([&] { return first.is_closed_by_peer(); }));
  lacks_memory_ = false;

  client().send("second");

  ASSERT_TRUE(wait([&] { return record_.ended == 1; }));
  EXPECT_EQ(record_.streams, std::vector<std::string>{"second"});
  EXPECT_EQ(stats().failed.value(), 1U);
  EXPECT_EQ(stats().accept_errors.value(), 1U);
  EXPECT_EQ(stats().connections.value(), 1U);
}

TEST_F(StreamListenerTest, OutlivesATlsSessionThatCannotBeMade) {
  int asked = 0;
  const auto fails = [&asked]() -> std::shared_ptr<const tls::ServerContext> {
    if (asked++ > 2) return nullptr;
    if (asked == 1) throw std::bad_alloc();
    const boost::system::error_code error(EMFILE, boost::system::system_category());
    throw boost::system::system_error(error);
  };
  start({.tls = fails});
  for (int i = 1; i <= 4; ++i) {
    Client refused = client();
    ASSERT_TRUE(wait([&] { return refused.is_closed_by_peer(); }));
    EXPECT_EQ(asked, i);
  }
  EXPECT_EQ(stats().failed.value(), 4U);
  EXPECT_EQ(stats().accept_errors.value(), 3U);
  EXPECT_EQ(stats().connections.value(), 0U);
  EXPECT_EQ(stats().open.load(), 0U);
}

TEST_F(StreamListenerTest, GoesOnClosingSilentConnectionsWhenASinkFails) {
  start({.idle_timeout = std::chrono::milliseconds(30)});
  record_.throws_at_end = true;
  Client first = client();
  ASSERT_TRUE(wait([&] { return first.is_closed_by_peer(); }));

  Client second = client();
  EXPECT_TRUE(wait([&] { return second.is_closed_by_peer(); }));
  EXPECT_EQ(record_.ended, 2);
}

TEST_F(StreamListenerTest, StopEndsTheOthersWhenASinkFails) {
  start();
  Client first = client();
  Client second = client();
  ASSERT_TRUE(wait([&] { return stats().open.load() == 2; }));
  record_.throws = true;
  first.send("x");
  second.send("x");

  listener_->stop(never());

  EXPECT_TRUE(run_out(context_));
  EXPECT_TRUE(first.is_closed_by_peer());
  EXPECT_TRUE(second.is_closed_by_peer());
}

TEST_F(StreamListenerTest, GoesOnAcceptingOnceDescriptorsAreThereAgain) {
  start();
  context_.poll();
  const Client waiting = client();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const bool has_failed = wait([&] { return stats().accept_errors.value() > 0; });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_TRUE(has_failed);

  EXPECT_TRUE(wait([&] { return stats().connections.value() == 1; }));
}

TEST_F(StreamListenerTest, CountsAResetConnection) {
  start();
  Client sender = client();
  ASSERT_TRUE(wait([&] { return stats().open.load() == 1; }));

  sender.reset();

  ASSERT_TRUE(wait([&] { return record_.ended == 1; }));
  EXPECT_EQ(stats().errors.value(), 1U);
}

TEST_F(StreamListenerTest, DoesNotCountAResetWithAnUnfinishedLine) {
  start();
  record_.holds_line = true;
  Client sender = client();
  ASSERT_TRUE(wait([&] { return stats().open.load() == 1; }));

  sender.reset();

  ASSERT_TRUE(wait([&] { return record_.ended == 1; }));
  EXPECT_EQ(stats().errors.value(), 0U);
}

}  // namespace
}  // namespace weir::net
