// SPDX-License-Identifier: Apache-2.0
#include "weir/relay/relay.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "loopback.h"
#include "udp_sink.h"

namespace weir::relay {
namespace {

using namespace std::chrono_literals;

using Packets = std::vector<std::string>;

// Long enough never to come.
constexpr std::chrono::milliseconds kNever = 1h;

class RelayTest : public testing::Test {
 protected:
  Relay& open(std::vector<std::string> targets, Relay::Options options = {}) {
    options.targets = std::move(targets);
    relay_ = std::make_unique<Relay>(context_, options, log_);
    relay_->start();
    return *relay_;
  }
  static Relay::Options flushing_after(std::chrono::milliseconds interval) {
    Relay::Options options;
    options.flush_interval = interval;
    return options;
  }
  void receive(const support::UdpSink& sink, Packets& packets) {
    EXPECT_TRUE(support::run_until(context_, [&] {
      for (auto& packet : sink.take()) packets.push_back(std::move(packet));
      return !packets.empty();
    }));
  }
  // What building a relay for `target` says.
  std::string failure(const std::string& target) {
    try {
      open({target});
    } catch (const RelayError& error) {
      return error.what();
    }
    return "";
  }

  boost::asio::io_context context_{1};
  // Its failures are expected here.
  base::Log log_{base::LogLevel::Error, base::LogFormat::Logfmt, -1};
  std::unique_ptr<Relay> relay_;
};

TEST_F(RelayTest, SendsAPacketThatIsFull) {
  const support::UdpSink sink;
  Relay::Options options = flushing_after(kNever);
  options.packet_bytes_max = 12;
  Relay& relay = open({sink.target()}, options);

  relay.on_line("a:1|c");
  relay.on_line("b:1|c");
  EXPECT_EQ(sink.take(), Packets{});
  relay.on_line("c:1|c");

  EXPECT_EQ(sink.take(), (Packets{"a:1|c\nb:1|c\n"}));
  EXPECT_EQ(relay.line_stats().relayed.value(), 3U);
  EXPECT_EQ(relay.target_stats(0).packets.value(), 1U);
}

TEST_F(RelayTest, SendsWhatThereIsWithTheTick) {
  const support::UdpSink sink;
  Relay& relay = open({sink.target()}, flushing_after(1ms));
  Packets packets;

  relay.on_line("a:1|c\r");
  relay.on_line("rubbish");
  receive(sink, packets);

  EXPECT_EQ(packets, (Packets{"a:1|c\r\nrubbish\n"}));
}

TEST_F(RelayTest, SendsNothingWithATickThatFindsNothing) {
  const support::UdpSink sink;
  Relay& relay = open({sink.target()}, flushing_after(1ms));
  Packets packets;

  for (int i = 0; i < 5; ++i) context_.run_one();
  relay.on_line("a:1|c");
  receive(sink, packets);

  EXPECT_EQ(packets, (Packets{"a:1|c\n"}));
  EXPECT_EQ(relay.target_stats(0).packets.value(), 1U);
}

TEST_F(RelayTest, PassesOverEmptyLines) {
  const support::UdpSink sink;
  Relay& relay = open({sink.target()}, flushing_after(kNever));

  relay.on_line("");
  relay.stop();

  EXPECT_EQ(sink.take(), Packets{});
  EXPECT_EQ(relay.line_stats().relayed.value(), 0U);
}

TEST_F(RelayTest, SendsTheSamePacketsToAllTargets) {
  const support::UdpSink first;
  const support::UdpSink second;
  Relay::Options options = flushing_after(kNever);
  options.packet_bytes_max = 6;
  Relay& relay = open({first.target(), second.target()}, options);

  relay.on_line("a:1|c");
  relay.on_line("b:1|c");
  relay.stop();

  EXPECT_EQ(first.take(), (Packets{"a:1|c\n", "b:1|c\n"}));
  EXPECT_EQ(second.take(), (Packets{"a:1|c\n", "b:1|c\n"}));
  ASSERT_EQ(relay.target_count(), 2U);
  EXPECT_EQ(relay.target(0), first.target());
  EXPECT_EQ(relay.target(1), second.target());
  EXPECT_EQ(relay.target_stats(0).packets.value(), 2U);
  EXPECT_EQ(relay.target_stats(1).packets.value(), 2U);
  EXPECT_EQ(relay.line_stats().relayed.value(), 2U);
}

TEST_F(RelayTest, ReachesIpv6) {
  const support::UdpSink sink(AF_INET6);
  if (!sink.is_open()) GTEST_SKIP() << "no IPv6 here";
  Relay& relay = open({sink.target()}, flushing_after(kNever));

  relay.on_line("a:1|c");
  relay.stop();

  EXPECT_EQ(sink.take(), (Packets{"a:1|c\n"}));
}

// The reference's socket is for both families too, and takes no host for `::` (10).
TEST_F(RelayTest, TakesNoHostForThisMachine) {
  const support::UdpSink sink(AF_INET6);
  if (!sink.is_open()) GTEST_SKIP() << "no IPv6 here";
  Relay& relay = open({":" + std::to_string(sink.port())}, flushing_after(kNever));

  relay.on_line("a:1|c");
  relay.stop();

  EXPECT_EQ(sink.take(), (Packets{"a:1|c\n"}));
}

TEST_F(RelayTest, DoesNotMindAClosedPort) {
  std::string closed;
  {
    const support::UdpSink sink;
    closed = sink.target();
  }
  Relay::Options options = flushing_after(kNever);
  options.packet_bytes_max = 6;
  Relay& relay = open({closed}, options);

  for (int i = 0; i < 100; ++i) relay.on_line("a:1|c");

  EXPECT_EQ(relay.target_stats(0).packets.value(), 99U);
  EXPECT_EQ(relay.target_stats(0).send_errors.value(), 0U);
}

TEST_F(RelayTest, GoesOnAfterAPacketThatCannotBeSent) {
  const support::UdpSink sink;
  Relay::Options options = flushing_after(kNever);
  options.packet_bytes_max = 70'000;
  Relay& relay = open({sink.target()}, options);
  const std::string first(66'000, 'x');
  const std::string second(5'000, 'y');

  relay.on_line(first);
  relay.on_line(second);
  relay.on_line("a:1|c");
  relay.stop();

  EXPECT_EQ(sink.take(), (Packets{second + "\na:1|c\n"}));
  EXPECT_EQ(relay.target_stats(0).packets.value(), 2U);
  EXPECT_EQ(relay.target_stats(0).send_errors.value(), 1U);
  EXPECT_EQ(relay.target_stats(0).lines_dropped.value(), 1U);
  EXPECT_EQ(relay.line_stats().relayed.value(), 3U);
}

TEST_F(RelayTest, LeavesOutLinesThatAreTooLong) {
  const support::UdpSink sink;
  Relay::Options options = flushing_after(kNever);
  options.packet_bytes_max = 6;
  Relay& relay = open({sink.target()}, options);

  relay.on_line("aa:1|c");
  relay.on_line("a:1|c");
  relay.on_line("aa:2|c");
  relay.stop();

  EXPECT_EQ(sink.take(), (Packets{"a:1|c\n"}));
  EXPECT_EQ(relay.line_stats().too_long.value(), 2U);
  EXPECT_EQ(relay.line_stats().relayed.value(), 1U);
}

TEST_F(RelayTest, SendsEachLineAloneWithoutALimit) {
  const support::UdpSink sink;
  Relay::Options options = flushing_after(kNever);
  options.packet_bytes_max = 0;
  Relay& relay = open({sink.target()}, options);
  const std::string line(5'000, 'x');

  relay.on_line("a:1|c");
  // Held until the next line or tick, as by the reference.
  EXPECT_EQ(sink.take(), Packets{});
  relay.on_line(line);
  EXPECT_EQ(sink.take(), (Packets{"a:1|c\n"}));
  relay.stop();

  EXPECT_EQ(sink.take(), (Packets{line + "\n"}));
  EXPECT_EQ(relay.line_stats().too_long.value(), 0U);
}

TEST_F(RelayTest, SendsWhatIsLeftWhenItStops) {
  const support::UdpSink sink;
  Relay& relay = open({sink.target()}, flushing_after(kNever));

  relay.on_line("a:1|c");
  relay.stop();

  EXPECT_EQ(sink.take(), (Packets{"a:1|c\n"}));
  EXPECT_TRUE(support::run_out(context_));
}

TEST_F(RelayTest, SaysWhichTargetCannotBeResolved) {
  EXPECT_EQ(failure("foo"),
            "unable to resolve target foo, err: address foo: missing port in address");
  EXPECT_EQ(failure("127.0.0.1:nosvc"),
            "unable to resolve target 127.0.0.1:nosvc, err: lookup udp/nosvc: unknown port");
}

TEST_F(RelayTest, RefusesATargetTwice) {
  EXPECT_THROW(open({"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:1"}), RelayError);
}

// A name server that knows one name, or none.
class Names {
 public:
  void answer(std::optional<std::string> address) {
    const std::scoped_lock lock(mutex_);
    address_ = std::move(address);
  }
  [[nodiscard]] std::optional<std::string> look_up() const {
    const std::scoped_lock lock(mutex_);
    return address_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> address_;
};

Relay::Resolver resolver_of(std::shared_ptr<const Names> names) {
  return [names = std::move(names)](const std::string& target) {
    const auto address = names->look_up();
    if (!address) throw net::ListenError("lookup " + target + ": no such host");
    return relay_endpoint(*address);
  };
}

class RelayLookupTest : public RelayTest {
 protected:
  Relay& open_with(const Relay::Resolver& resolver, std::vector<std::string> targets) {
    Relay::Options options = flushing_after(1ms);
    options.resolve_interval = 1ms;
    options.resolver = resolver;
    return open(std::move(targets), options);
  }
};

TEST_F(RelayLookupTest, FollowsAName) {
  const support::UdpSink before;
  const support::UdpSink after;
  const auto names = std::make_shared<Names>();
  names->answer(before.target());
  Relay& relay = open_with(resolver_of(names), {"statsd.test:1"});
  Packets packets;

  relay.on_line("a:1|c");
  receive(before, packets);
  names->answer(after.target());

  EXPECT_TRUE(support::run_until(context_, [&] {
    relay.on_line("b:1|c");
    return !after.take().empty();
  }));
  EXPECT_EQ(packets, (Packets{"a:1|c\n"}));
  EXPECT_EQ(relay.target_stats(0).resolve_errors.value(), 0U);
}

TEST_F(RelayLookupTest, KeepsTheAddressOfALostName) {
  const support::UdpSink sink;
  const auto names = std::make_shared<Names>();
  names->answer(sink.target());
  Relay& relay = open_with(resolver_of(names), {"statsd.test:1"});
  Packets packets;

  names->answer(std::nullopt);
  ASSERT_TRUE(support::run_until(
      context_, [&] { return relay.target_stats(0).resolve_errors.value() >= 2; }));
  relay.on_line("a:1|c");
  receive(sink, packets);

  EXPECT_EQ(packets, (Packets{"a:1|c\n"}));
}

TEST_F(RelayLookupTest, LeavesAddressesAlone) {
  const support::UdpSink sink;
  const auto asked_for_address = std::make_shared<std::atomic<int>>(0);
  const auto asked_for_name = std::make_shared<std::atomic<int>>(0);
  const std::string address = sink.target();
  open_with(
      [=](const std::string& target) {
        ++(target == address ? *asked_for_address : *asked_for_name);
        return relay_endpoint(address);
      },
      {address, "statsd.test:1"});

  ASSERT_TRUE(support::run_until(context_, [&] { return *asked_for_name >= 4; }));

  EXPECT_EQ(*asked_for_address, 1);
}

TEST_F(RelayTest, LooksNothingUpAgainWithoutAnInterval) {
  const support::UdpSink sink;
  const auto asked = std::make_shared<std::atomic<int>>(0);
  Relay::Options options = flushing_after(1ms);
  options.resolve_interval = 0ms;
  options.resolver = [asked, address = sink.target()](const std::string&) {
    ++*asked;
    return relay_endpoint(address);
  };
  open({"statsd.test:1"}, options);

  for (int i = 0; i < 5; ++i) context_.run_one();

  EXPECT_EQ(*asked, 1);
}

TEST_F(RelayLookupTest, WaitsForNoSlowNameServer) {
  const support::UdpSink sink;
  std::promise<void> release;
  const auto asked = std::make_shared<std::atomic<int>>(0);
  const auto resolver = [asked, released = release.get_future().share(),
                         address = sink.target()](const std::string&) {
    if (++*asked > 1) released.wait();
    return relay_endpoint(address);
  };
  Relay& relay = open_with(resolver, {"statsd.test:1"});
  Packets packets;

  ASSERT_TRUE(support::run_until(context_, [&] { return *asked == 2; }));
  relay.on_line("a:1|c");
  receive(sink, packets);
  relay.stop();
  EXPECT_TRUE(support::run_out(context_));
  relay_.reset();

  // All this went on while the look-up hung, and no second one was begun.
  EXPECT_EQ(packets, (Packets{"a:1|c\n"}));
  EXPECT_EQ(*asked, 2);
  release.set_value();
}

}  // namespace
}  // namespace weir::relay
