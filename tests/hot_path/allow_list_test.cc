// SPDX-License-Identifier: Apache-2.0
#include "weir/net/allow_list.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <gtest/gtest.h>

#include "call_counts.h"
#include "weir/net/datagram_listener.h"
#include "weir/net/endpoint.h"
#include "weir/net/open_socket.h"
#include "weir/pipeline/pipeline.h"
#include "weir/rulefile/loader.h"

namespace weir::hot_path {
namespace {

// Of one batch.
constexpr std::size_t kDatagrams = 32;

// Takes datagrams as the daemon's own sink does.
struct PipelineSink : net::DatagramSink {
  explicit PipelineSink(pipeline::Pipeline& to) : pipeline(to) {}
  void on_datagrams(std::span<const std::string_view> batch, const net::Senders& /*senders*/,
                    base::TimePoint now) override {
    pipeline::Pipeline::Batch taken(pipeline, now);
    for (const auto datagram : batch) taken.datagram(datagram);
  }

  pipeline::Pipeline& pipeline;
};

net::AllowList allow_list() {
  net::AllowList list("--statsd.allow-from");
  for (const char* network : {"10.0.0.0/8", "fd00::/8", "192.0.2.0/24", "127.0.0.1"}) {
    list.add(*net::Network::parse(network));
  }
  return list;
}

// From the socket on: half of the datagrams are of a sender that is not allowed.
TEST(AllowedHotPath, CallsNothingPerDatagram) {
  namespace asio = boost::asio;
  constexpr std::size_t kRounds = 500;
  asio::io_context context{1};
  const base::Log log(base::LogLevel::Error, base::LogFormat::Logfmt);
  metrics::Store store({}, {}, 1, base::Instant::now());
  pipeline::Pipeline pipeline(pipeline::prepare(rulefile::parse_rules("", "mapping.yml").rules, 1),
                              store, {});
  PipelineSink sink(pipeline);
  net::DatagramListener listener(
      context, net::open_udp(net::statsd_endpoint("127.0.0.1:0"), net::PortSharing::Exclusive),
      {.allow_from = allow_list()}, sink, log);
  const asio::ip::udp::endpoint to(asio::ip::address_v4::loopback(), listener.local_port());
  asio::ip::udp::socket allowed(context, {asio::ip::address_v4::loopback(), 0});
  asio::ip::udp::socket refused(context, {asio::ip::make_address_v4("127.0.0.2"), 0});
  const std::string datagram = "allowed.hits:1|c\nallowed.depth:3|g";
  CallCounts calls;
  std::uint64_t receive_calls = 0;
  // The first makes the series and is warned of.
  for (std::size_t round = 0; round <= kRounds; ++round) {
    for (std::size_t i = 0; i < kDatagrams / 2; ++i) {
      allowed.send_to(asio::buffer(datagram), to);
      refused.send_to(asio::buffer(datagram), to);
    }
    const CallCounts before = call_counts();
    const std::uint64_t receives_before = listener.stats().receive_calls.value();
    listener.drain(base::TimePoint::max());
    if (round == 0) continue;
    const CallCounts after = call_counts();
    receive_calls += listener.stats().receive_calls.value() - receives_before;
    calls.allocations += after.allocations - before.allocations;
    calls.locks += after.locks - before.locks;
    calls.clock_reads += after.clock_reads - before.clock_reads;
  }

  constexpr std::size_t kOfEach = (kRounds + 1) * kDatagrams / 2;
  EXPECT_EQ(listener.stats().packets.value(), kOfEach);
  EXPECT_EQ(listener.stats().refused.value(), kOfEach);
  EXPECT_EQ(pipeline.ledger().lines.value(), 2 * kOfEach);
  EXPECT_EQ(calls.allocations, 0U);
  EXPECT_EQ(calls.locks, 0U);
  EXPECT_EQ(calls.clock_reads, receive_calls);
}

}  // namespace
}  // namespace weir::hot_path
