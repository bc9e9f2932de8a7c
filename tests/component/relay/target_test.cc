// SPDX-License-Identifier: Apache-2.0
#include "relay/target.h"

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "loopback.h"
#include "udp_sink.h"

namespace weir::relay {
namespace {

using Packets = std::vector<std::string>;

constexpr std::size_t kLinesPerPacket = 3;

// The kernel takes any amount for the loopback interface, so a pair of unix sockets stands in for a
// slow network: what its reader has not read yet fills the send buffer.
class RelayTargetTest : public testing::Test {
 protected:
  RelayTargetTest() {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair.data()) != 0) std::abort();
    reader_ = pair[1];
    const int smallest = 0;
    ::setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &smallest, sizeof smallest);
    target_ = std::make_unique<Target>(context_, "pair:1",
                                       net::BoundSocket{net::Descriptor(pair[0]), AF_UNIX, "pair"},
                                       net::Endpoint{}, kQueuePacketsMax, log_);
  }
  ~RelayTargetTest() override { ::close(reader_); }

  // Sends one more packet, unlike all others.
  void send() {
    sent_.push_back(std::string(500, 'x') + std::to_string(sent_.size()));
    target_->send({sent_.back(), kLinesPerPacket});
  }
  void send_until_blocked() {
    while (stats().queue_packets.load() == 0) send();
  }
  void send_until_full() {
    while (stats().queue_packets.load() < kQueuePacketsMax) send();
  }
  void read() {
    for (auto& packet : support::take_packets(reader_)) read_.push_back(std::move(packet));
  }
  [[nodiscard]] const TargetStats& stats() const { return target_->stats(); }

  static constexpr std::size_t kQueuePacketsMax = 5;

  boost::asio::io_context context_{1};
  // Its failures are expected here.
  base::Log log_{base::LogLevel::Error, base::LogFormat::Logfmt, -1};
  int reader_ = -1;
  std::unique_ptr<Target> target_;
  Packets sent_;
  Packets read_;
};

TEST_F(RelayTargetTest, SendsAtOnce) {
  send();

  read();
  EXPECT_EQ(read_, sent_);
  EXPECT_EQ(stats().packets.value(), 1U);
  EXPECT_EQ(stats().queue_packets.load(), 0U);
}

TEST_F(RelayTargetTest, KeepsWhatTheKernelHasNoRoomFor) {
  send_until_full();

  EXPECT_EQ(stats().packets.value() + kQueuePacketsMax, sent_.size());
  ASSERT_TRUE(support::run_until(context_, [this] {
    read();
    return read_.size() == sent_.size();
  }));
  EXPECT_EQ(read_, sent_);
  EXPECT_EQ(stats().packets.value(), sent_.size());
  EXPECT_EQ(stats().packets_dropped.value(), 0U);
  EXPECT_EQ(stats().send_errors.value(), 0U);
}

TEST_F(RelayTargetTest, KeepsTheOrderOnceThereIsRoomAgain) {
  send_until_blocked();
  read();

  // There is room for it, but another one waits.
  send();

  EXPECT_EQ(stats().queue_packets.load(), 2U);
  ASSERT_TRUE(support::run_until(context_, [this] {
    read();
    return read_.size() == sent_.size();
  }));
  EXPECT_EQ(read_, sent_);
}

TEST_F(RelayTargetTest, WaitsAgainAfterTheQueueWasEmpty) {
  for (int round = 0; round < 3; ++round) {
    send_until_blocked();
    ASSERT_TRUE(support::run_until(context_, [this] {
      read();
      return stats().queue_packets.load() == 0;
    }));
  }

  read();
  EXPECT_EQ(read_, sent_);
}

TEST_F(RelayTargetTest, DropsAndCountsWhatTheQueueCannotHold) {
  send_until_full();
  const Packets kept = sent_;

  send();
  send();

  EXPECT_EQ(stats().packets_dropped.value(), 2U);
  EXPECT_EQ(stats().lines_dropped.value(), 2 * kLinesPerPacket);
  EXPECT_EQ(stats().queue_packets.load(), kQueuePacketsMax);
  ASSERT_TRUE(support::run_until(context_, [&] {
    read();
    return read_.size() >= kept.size();
  }));
  EXPECT_EQ(read_, kept);
}

TEST_F(RelayTargetTest, SendsWhatWaitsWhenItStops) {
  send_until_blocked();
  read();

  target_->stop();

  read();
  EXPECT_EQ(read_, sent_);
  EXPECT_EQ(stats().packets_dropped.value(), 0U);
  EXPECT_TRUE(support::run_out(context_));
}

TEST_F(RelayTargetTest, CountsWhatItCannotSendWhenItStops) {
  send_until_full();
  const std::size_t taken = stats().packets.value();

  target_->stop();

  EXPECT_EQ(stats().packets.value(), taken);
  EXPECT_EQ(stats().packets_dropped.value(), kQueuePacketsMax);
  EXPECT_EQ(stats().lines_dropped.value(), kQueuePacketsMax * kLinesPerPacket);
  EXPECT_EQ(stats().queue_packets.load(), 0U);
  EXPECT_TRUE(support::run_out(context_));
}

TEST_F(RelayTargetTest, LeavesALostPeerWithoutStopping) {
  ::close(std::exchange(reader_, -1));

  send();
  send();

  EXPECT_EQ(stats().packets.value(), 2U);
  EXPECT_EQ(stats().send_errors.value(), 2U);
  EXPECT_EQ(stats().lines_dropped.value(), 2 * kLinesPerPacket);
  EXPECT_EQ(stats().packets_dropped.value(), 0U);
}

}  // namespace
}  // namespace weir::relay
