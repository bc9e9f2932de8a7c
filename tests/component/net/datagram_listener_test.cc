// SPDX-License-Identifier: Apache-2.0
#include "weir/net/datagram_listener.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "foreign_socket.h"
#include "loopback.h"

namespace weir::net {
namespace {

using support::Client;
using support::run_out;
using support::run_until;

struct Recorder : DatagramSink {
  std::vector<std::string> datagrams;
  std::vector<std::size_t> batch_sizes;
  // Of each datagram.
  std::vector<std::string> senders;
  bool wants_senders = false;
  bool throws = false;

  void on_datagrams(std::span<const std::string_view> batch, const Senders& known,
                    base::TimePoint) override {
    if (throws) throw std::runtime_error("sink");
    batch_sizes.push_back(batch.size());
    datagrams.insert(datagrams.end(), batch.begin(), batch.end());
    for (std::size_t i = 0; i < batch.size(); ++i) senders.push_back(known.of(i));
  }
  [[nodiscard]] bool wants_all_senders() const override { return wants_senders; }
};

BoundSocket opened(std::string_view address, PortSharing sharing = PortSharing::Exclusive) {
  return open_udp(statsd_endpoint(address), sharing);
}

class DatagramListenerTest : public ::testing::Test {
 protected:
  DatagramListener& listen(std::string_view address,
                           const DatagramListener::Options& options = {}) {
    listener_ = std::make_unique<DatagramListener>(context_, opened(address), options, sink_, log_);
    return *listener_;
  }
  DatagramListener& start(const DatagramListener::Options& options = {}) {
    listen("127.0.0.1:0", options);
    listener_->start([this](const std::string& reason) { failure_ = reason; });
    return *listener_;
  }
  Client client() { return {SOCK_DGRAM, listener_->local_port()}; }
  bool receive(std::size_t count) {
    return run_until(context_, [&] { return sink_.datagrams.size() >= count; });
  }
  static base::TimePoint never() { return base::TimePoint::max(); }

  boost::asio::io_context context_{1};
  base::Log log_{base::LogLevel::Error, base::LogFormat::Logfmt};
  Recorder sink_;
  std::string failure_;
  std::unique_ptr<DatagramListener> listener_;
};

TEST_F(DatagramListenerTest, DeliversDatagramsInOrder) {
  start();
  const Client sender = client();
  std::vector<std::string> sent;
  sent.reserve(200);
  for (int i = 0; i < 200; ++i) sent.push_back("line" + std::to_string(i));

  for (const std::string& line : sent) sender.send(line);

  ASSERT_TRUE(receive(sent.size()));
  EXPECT_EQ(sink_.datagrams, sent);
  EXPECT_EQ(listener_->stats().packets.value(), 200U);
  EXPECT_EQ(listener_->stats().bytes.value(), 10U * 5 + 90U * 6 + 100U * 7);
}

// Dense enough for naps, where the receive buffer is large enough for them.
TEST_F(DatagramListenerTest, TakesADenseStreamInOrder) {
  constexpr std::uint64_t kDatagrams = 20'000;
  // The smallest buffer holds them.
  constexpr std::uint64_t kAheadMax = 100;
  start();
  const Client sender = client();
  std::atomic<bool> is_over = false;
  std::thread sending([&] {
    for (std::uint64_t i = 0; i < kDatagrams && !is_over;) {
      if (i >= listener_->stats().packets.value() + kAheadMax) {
        std::this_thread::yield();
      } else {
        sender.send(std::to_string(i++));
      }
    }
  });

  EXPECT_TRUE(receive(kDatagrams));
  is_over = true;
  sending.join();

  for (std::uint64_t i = 0; i < sink_.datagrams.size(); ++i) {
    ASSERT_EQ(sink_.datagrams[i], std::to_string(i));
  }
}

AllowList only(std::string_view network) {
  AllowList list("--allow");
  list.add(*Network::parse(network));
  return list;
}

TEST_F(DatagramListenerTest, HandsOnlyTheDatagramsOfAllowedSendersOn) {
  start({.allow_from = only("127.0.0.0/8")});
  client().send("a");
  ASSERT_TRUE(receive(1));
  listener_->stop();
  ASSERT_TRUE(run_out(context_));

  start({.allow_from = only("192.0.2.0/24")});
  const Client refused = client();
  refused.send("bcd");
  refused.send("");
  ASSERT_TRUE(run_until(context_, [&] { return listener_->stats().refused.value() == 2; }));

  EXPECT_EQ(listener_->stats().refused_bytes.value(), 3U);
  EXPECT_EQ(listener_->stats().packets.value(), 0U);
  EXPECT_EQ(listener_->stats().bytes.value(), 0U);
  EXPECT_EQ(sink_.datagrams, std::vector<std::string>{"a"});
  EXPECT_EQ(sink_.batch_sizes, std::vector<std::size_t>{1});
}

TEST_F(DatagramListenerTest, KnowsWhenItLastReceived) {
  start();
  EXPECT_FALSE(listener_->activity().last());
  const auto before = base::Clock::now();

  client().send("a");

  ASSERT_TRUE(receive(1));
  EXPECT_GE(listener_->activity().last(), before);
  EXPECT_GT(listener_->activity().pressure(base::Clock::now()), 0);
  EXPECT_EQ(listener_->queue_datagrams(), 0U);
}

TEST_F(DatagramListenerTest, TakesOverASocketThatItsOwnerOpened) {
  listener_ = std::make_unique<DatagramListener>(context_, support::foreign_socket(SOCK_DGRAM),
                                                 DatagramListener::Options{}, sink_, log_);
  listener_->start({});

  client().send("x");

  ASSERT_TRUE(receive(1));
  listener_->stop();
  EXPECT_TRUE(run_out(context_));
}

TEST_F(DatagramListenerTest, TakesTheLongestAndTheEmptyDatagram) {
  start();
  const std::string longest(65507, 'x');

  client().send(longest);
  client().send("");

  ASSERT_TRUE(receive(2));
  EXPECT_EQ(sink_.datagrams, (std::vector<std::string>{longest, ""}));
}

TEST_F(DatagramListenerTest, EndsADrainWithAShortBatch) {
  DatagramListener& listener = listen("127.0.0.1:0", {.batch_size = 4});
  const Client sender = client();
  for (int i = 0; i < 10; ++i) sender.send("x");

  listener.drain(never());

  EXPECT_EQ(sink_.batch_sizes, (std::vector<std::size_t>{4, 4, 2}));
  EXPECT_EQ(listener.stats().receive_calls.value(), 3U);
}

TEST_F(DatagramListenerTest, TellsWhoSentTheFirstOfABatchAndOnDemandTheOthers) {
  DatagramListener& listener = listen("127.0.0.1:0", {.batch_size = 4});
  const Client one = client();
  const Client other = client();
  const auto send = [&] {
    for (int i = 0; i < 2; ++i) {
      one.send("x");
      other.send("x");
    }
    listener.drain(never());
    return std::exchange(sink_.senders, {});
  };
  const std::vector<std::string> first = {one.address(), other.address(), "", ""};
  const std::vector<std::string> all = {one.address(), other.address(), one.address(),
                                        other.address()};

  EXPECT_EQ(send(), first);
  sink_.wants_senders = true;
  EXPECT_EQ(send(), all);
  sink_.wants_senders = false;
  EXPECT_EQ(send(), first);
}

TEST_F(DatagramListenerTest, TellsSendersOfBothFamilies) {
  DatagramListener& listener = listen(":0");
  const Client v4 = client();
  v4.send("x");
  std::vector<std::string> expected = {v4.address()};
  try {
    const Client v6(SOCK_DGRAM, listener.local_port(), AF_INET6);
    v6.send("x");
    expected.push_back(v6.address());
  } catch (const std::runtime_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }

  listener.drain(never());

  EXPECT_EQ(sink_.senders, expected);
}

TEST_F(DatagramListenerTest, GivesOtherWorkATurnBetweenBoundedDrains) {
  listen("127.0.0.1:0", {.batch_size = 1, .batches_per_wake_max = 2});
  const Client sender = client();
  for (int i = 0; i < 6; ++i) sender.send("x");
  listener_->start({});
  std::size_t seen = 0;

  ASSERT_TRUE(receive(1));
  boost::asio::post(context_, [&] { seen = sink_.datagrams.size(); });
  ASSERT_TRUE(receive(6));

  EXPECT_EQ(seen, 2U);
}

TEST_F(DatagramListenerTest, DrainEndsAtTheDeadline) {
  DatagramListener& listener = listen("127.0.0.1:0", {.batch_size = 1});
  for (int i = 0; i < 3; ++i) client().send("x");

  listener.drain(base::TimePoint::min());

  EXPECT_EQ(sink_.datagrams.size(), 1U);
}

TEST_F(DatagramListenerTest, WildcardTakesBothFamilies) {
  listen("0.0.0.0:0").start({});

  Client(SOCK_DGRAM, listener_->local_port(), AF_INET).send("four");
  ASSERT_TRUE(receive(1));
  try {
    Client(SOCK_DGRAM, listener_->local_port(), AF_INET6).send("six");
  } catch (const std::runtime_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }

  ASSERT_TRUE(receive(2));
  EXPECT_EQ(sink_.datagrams, (std::vector<std::string>{"four", "six"}));
}

TEST_F(DatagramListenerTest, SaysThatThePortIsTaken) {
  start();
  const std::string address = "127.0.0.1:" + std::to_string(listener_->local_port());

  try {
    const DatagramListener second(context_, opened(address), {}, sink_, log_);
    FAIL() << "bound twice";
  } catch (const ListenError& error) {
    EXPECT_EQ(error.what(), "listen udp " + address + ": bind: address already in use");
  }
}

TEST_F(DatagramListenerTest, SharesItsPortWhenToldTo) {
  const DatagramListener first(context_, opened("127.0.0.1:0", PortSharing::Shared), {}, sink_,
                               log_);
  const std::string address = "127.0.0.1:" + std::to_string(first.local_port());

  const DatagramListener second(context_, opened(address, PortSharing::Shared), {}, sink_, log_);

  EXPECT_EQ(second.local_port(), first.local_port());
}

TEST_F(DatagramListenerTest, AsksForExactlyTheReceiveBufferWanted) {
  // The kernel stores twice what was asked.
  EXPECT_EQ(listen("127.0.0.1:0", {.receive_buffer_bytes = 100'000}).receive_buffer_bytes(),
            200'000U);
}

TEST_F(DatagramListenerTest, AsksForALargeReceiveBufferByDefault) {
  const std::uint64_t small =
      listen("127.0.0.1:0", {.receive_buffer_bytes = 10'000}).receive_buffer_bytes();

  EXPECT_GT(listen("127.0.0.1:0").receive_buffer_bytes(), small);
}

TEST_F(DatagramListenerTest, CountsWhatTheKernelDropped) {
  DatagramListener& listener = listen("127.0.0.1:0", {.receive_buffer_bytes = 1});
  const Client sender = client();
  const std::string datagram(1000, 'x');
  for (int i = 0; i < 100; ++i) sender.send(datagram);

  listener.refresh_kernel_drops();
  listener.drain(never());
  listener.refresh_kernel_drops();

  EXPECT_GT(listener.stats().kernel_drops.value(), 0U);
  EXPECT_EQ(listener.stats().kernel_drops.value() + sink_.datagrams.size(), 100U);
}

// Makes the socket of `fd` meet a port where no socket listens: its next read is refused.
void provoke_refused_read(int fd) {
  std::uint16_t closed_port = 0;
  {
    boost::asio::io_context other;
    Recorder sink;
    const base::Log log(base::LogLevel::Error, base::LogFormat::Logfmt);
    closed_port = DatagramListener(other, opened("127.0.0.1:0"), {}, sink, log).local_port();
  }
  sockaddr_in nobody{};
  nobody.sin_family = AF_INET;
  nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  nobody.sin_port = htons(closed_port);
  ASSERT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&nobody), sizeof nobody), 0);
  ASSERT_EQ(::send(fd, "x", 1, 0), 1);
}

TEST_F(DatagramListenerTest, GoesOnAfterATransientReadError) {
  DatagramListener& listener = start();
  provoke_refused_read(listener.native_handle());
  ASSERT_TRUE(run_until(context_, [&] { return listener.stats().read_errors.value() == 1; }));
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  const std::uint16_t port = listener.local_port();
  ASSERT_EQ(::connect(listener.native_handle(), &nobody, sizeof nobody), 0);
  sockaddr_in again{};
  again.sin_family = AF_INET;
  again.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  again.sin_port = htons(port);
  // A disconnect may take the port along when the kernel chose it.
  static_cast<void>(
      ::bind(listener.native_handle(), reinterpret_cast<sockaddr*>(&again), sizeof again));

  client().send("still here");

  ASSERT_TRUE(receive(1));
  EXPECT_EQ(failure_, "");
}

TEST_F(DatagramListenerTest, ReportsAReadErrorThatStays) {
  DatagramListener& listener = start();
  context_.poll();
  // The socket goes on to report arrivals, but what the listener reads from is no socket any more.
  const int kept = ::dup(listener.native_handle());
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  ASSERT_GE(::dup2(pipe[0], listener.native_handle()), 0);

  client().send("x");

  EXPECT_TRUE(run_until(context_, [&] { return !failure_.empty(); }));
  EXPECT_EQ(failure_, "read udp: socket operation on non-socket");
  for (const int fd : {kept, pipe[0], pipe[1]}) ::close(fd);
}

TEST_F(DatagramListenerTest, ReportsASinkThatThrows) {
  start();
  sink_.throws = true;

  client().send("x");

  ASSERT_TRUE(run_until(context_, [&] { return !failure_.empty(); }));
  EXPECT_EQ(failure_, "UDP listener: sink");
}

TEST_F(DatagramListenerTest, LeavesNothingToRunOnceStopped) {
  DatagramListener& listener = start();
  context_.poll();

  listener.stop();

  EXPECT_TRUE(run_out(context_));
}

}  // namespace
}  // namespace weir::net
