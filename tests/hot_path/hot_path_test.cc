// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "call_counts.h"
#include "weir/mapping/rule_loader.h"
#include "weir/net/relay.h"
#include "weir/pipeline/line_tap.h"
#include "weir/pipeline/pipeline.h"

namespace weir::hot_path {
namespace {

constexpr std::size_t kLines = 1'000'000;
constexpr std::size_t kSeries = 1'000;
constexpr std::size_t kDatagramBytes = 1432;
constexpr std::size_t kDatagramsPerBatch = 32;
// A batch reads the clock once; a summary's flush, once per 500 observations, may allocate and lock
// a few times. A line may do nothing of it.
constexpr std::uint64_t kBatchCallsMax = kLines / 500;
constexpr std::uint64_t kFlushCallsMax = kLines / 500 * 10;
// A histogram with native buckets takes one lock when its buffer is full, once per 32 observations,
// and allocates nothing.
constexpr std::uint64_t kNativeFlushCallsMax = kBatchCallsMax + kLines / 32;

using Lines = std::string (*)(std::size_t number);

struct Traffic {
  const char* name;
  Lines line;
  std::uint64_t calls_max = kBatchCallsMax;
};

// Packs `kLines` lines into datagrams as large as an Ethernet frame carries.
std::vector<std::string> datagrams_of(Lines line) {
  std::vector<std::string> datagrams(1);
  for (std::size_t i = 0; i < kLines; ++i) {
    const std::string text = line(i % kSeries);
    if (datagrams.back().size() + text.size() + 1 > kDatagramBytes) datagrams.emplace_back();
    if (!datagrams.back().empty()) datagrams.back() += '\n';
    datagrams.back() += text;
  }
  return datagrams;
}

void send(pipeline::Pipeline& pipeline, const std::vector<std::string>& datagrams) {
  for (std::size_t at = 0; at < datagrams.size(); at += kDatagramsPerBatch) {
    pipeline::Pipeline::Batch batch(pipeline, base::Clock::now());
    const std::size_t end = std::min(at + kDatagramsPerBatch, datagrams.size());
    for (std::size_t i = at; i < end; ++i) batch.datagram(datagrams[i]);
  }
}

class HotPath : public testing::TestWithParam<Traffic> {};

TEST_P(HotPath, CallsNothingPerLine) {
  const auto datagrams = datagrams_of(GetParam().line);
  const auto rules = mapping::parse_rules(
      "mappings:\n"
      "- {match: app.*.hits, name: hits, labels: {service: $1}}\n"
      "- {match: jobs.*, name: jobs, labels: {service: $1}, as: gauge, max_series: 900}\n"
      "- {match: micro.*, name: micro, labels: {service: $1}, unit: us, observer_type: histogram,\n"
      "   histogram_options: {native_histogram_bucket_factor: 1}}\n"
      "- {match: tagged, name: tagged, drop_tags: [env, 'x*'], rename_tags: {service: job},\n"
      "   max_series: 900}\n"
      "- {match: native.*, name: native, labels: {service: $1}, observer_type: histogram}\n"
      "- {match: classic.*, name: classic, labels: {service: $1}, observer_type: histogram,\n"
      "   histogram_options: {native_histogram_bucket_factor: 1}}\n",
      "mapping.yml");
  metrics::Store store({}, {}, 1, base::Clock::now());
  pipeline::Pipeline pipeline(pipeline::prepare(rules.rules, 1), store, {});
  // Everything has been seen once before the counting begins.
  send(pipeline, datagrams);

  const auto before = call_counts();
  send(pipeline, datagrams);
  const auto after = call_counts();

  EXPECT_EQ(pipeline.ledger().lines.value(), 2 * kLines);
  EXPECT_LE(after.allocations - before.allocations, GetParam().calls_max);
  EXPECT_LE(after.mutex_locks - before.mutex_locks, GetParam().calls_max);
  EXPECT_LE(after.clock_reads - before.clock_reads, GetParam().calls_max);
}

INSTANTIATE_TEST_SUITE_P(
    , HotPath,
    testing::Values(
        Traffic{"Counters", [](std::size_t i) { return fmt::format("app.s{}.hits:1|c", i); }},
        Traffic{"TaggedCounters",
                [](std::size_t i) {
                  return fmt::format("requests:1|c|#service:s{},env:production", i);
                }},
        Traffic{"NameTaggedCounters",
                [](std::size_t i) {
                  return fmt::format("requests,service=s{},env=production:1|c", i);
                }},
        Traffic{"Gauges", [](std::size_t i) { return fmt::format("depth.s{}:17.5|g", i); }},
        Traffic{"Timers", [](std::size_t i) { return fmt::format("latency.s{}:3.25|ms|@0.5", i); },
                kFlushCallsMax},
        Traffic{"NativeHistograms",
                [](std::size_t i) { return fmt::format("native.s{}:{}|ms", i, i * 37 % 1009); },
                kNativeFlushCallsMax},
        Traffic{"ClassicHistograms",
                [](std::size_t i) { return fmt::format("classic.s{}:{}|ms", i, i * 37 % 1009); }},
        Traffic{"UpAndDownCounters", [](std::size_t i) { return fmt::format("jobs.s{}:-1|c", i); }},
        Traffic{"TimersWithAUnit",
                [](std::size_t i) { return fmt::format("micro.s{}:{}|ms", i, i * 37 % 1009); }},
        Traffic{"TagsOfARule",
                [](std::size_t i) {
                  return fmt::format("tagged:1|c|#service:s{},env:production,x1:2", i);
                }},
        Traffic{"Dropped", [](std::size_t i) { return fmt::format("bad.s{}:-1|c", i); }}),
    [](const auto& row) { return row.param.name; });

struct RelayTap : pipeline::LineTap {
  explicit RelayTap(net::Relay& to) : relay(to) {}
  void on_line(std::string_view raw_line) override { relay.on_line(raw_line); }

  net::Relay& relay;
};

TEST(RelayedHotPath, CallsNothingPerLine) {
  namespace asio = boost::asio;
  const auto datagrams =
      datagrams_of([](std::size_t i) { return fmt::format("app.s{}.hits:1|c", i); });
  asio::io_context context{1};
  // Never read: what it has no room for is lost behind the sender's back.
  const asio::ip::udp::socket sink(context, {asio::ip::address_v4::loopback(), 0});
  const base::Log log(base::LogLevel::Error, base::LogFormat::Logfmt);
  net::Relay::Options options;
  options.targets = {fmt::format("127.0.0.1:{}", sink.local_endpoint().port())};
  net::Relay relay(context, options, log);
  RelayTap tap(relay);
  metrics::Store store({}, {}, 1, base::Clock::now());
  pipeline::PipelineOptions tapped;
  tapped.tap = &tap;
  pipeline::Pipeline pipeline(pipeline::prepare(mapping::parse_rules("", "mapping.yml").rules, 1),
                              store, tapped);
  send(pipeline, datagrams);

  const auto before = call_counts();
  send(pipeline, datagrams);
  const auto after = call_counts();

  EXPECT_EQ(relay.line_stats().relayed.value(), 2 * kLines);
  EXPECT_GE(relay.target_stats(0).packets.value(), 2 * datagrams.size());
  EXPECT_EQ(relay.target_stats(0).lines_dropped.value(), 0U);
  EXPECT_EQ(relay.target_stats(0).queue_packets.load(), 0U);
  EXPECT_LE(after.allocations - before.allocations, kBatchCallsMax);
  EXPECT_LE(after.mutex_locks - before.mutex_locks, kBatchCallsMax);
  EXPECT_LE(after.clock_reads - before.clock_reads, kBatchCallsMax);
}

TEST(CallCounts, SeeWhatTheyAreThereFor) {
  const auto before = call_counts();

  std::vector<int> block(1000);
  std::mutex mutex;
  { const std::scoped_lock lock(mutex); }
  const auto now = base::Clock::now();

  const auto after = call_counts();
  EXPECT_GT(block.size(), 0U);
  EXPECT_GT(now.time_since_epoch().count(), 0);
  EXPECT_GT(after.allocations, before.allocations);
  EXPECT_GT(after.mutex_locks, before.mutex_locks);
  EXPECT_GT(after.clock_reads, before.clock_reads);
}

}  // namespace
}  // namespace weir::hot_path
