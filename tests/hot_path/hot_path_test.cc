// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "call_counts.h"
#include "exposition/text_writer.h"
#include "weir/metrics/scrape.h"
#include "weir/pipeline/line_tap.h"
#include "weir/pipeline/pipeline.h"
#include "weir/relay/relay.h"
#include "weir/rulefile/loader.h"
#include "weir/state/save.h"

namespace weir::hot_path {
namespace {

constexpr std::size_t kLines = 500'000;
constexpr std::size_t kSeries = 1'000;
constexpr std::size_t kDatagramBytes = 1432;
constexpr std::size_t kDatagramsPerBatch = 32;
// Before calls are counted everything has been seen, and each sketch has its size.
constexpr std::size_t kWarmUps = 2;

// What the series of a kind may call. A line may do nothing of it: what is collected in a buffer of
// the series is worked off when that is full, and a scrape takes the buffer away.
struct Allowance {
  std::size_t observations_per_line = 1;
  std::size_t observations_per_flush = 0;
  CallCounts per_flush = {};
  CallCounts per_series_and_scrape = {};
  std::size_t clock_reads_per_batch = 1;

  [[nodiscard]] std::size_t flushes_max(std::size_t lines) const {
    if (observations_per_flush == 0) return 0;
    const std::size_t observations = lines * observations_per_line / kSeries;
    return kSeries * ((observations + observations_per_flush - 1) / observations_per_flush);
  }

  [[nodiscard]] CallCounts calls_max(std::size_t lines, std::size_t scrapes) const {
    const std::size_t flushes = flushes_max(lines);
    const std::size_t taken = scrapes * kSeries;
    return {
        .allocations = flushes * per_flush.allocations + taken * per_series_and_scrape.allocations,
        .locks = flushes * per_flush.locks + taken * per_series_and_scrape.locks};
  }
};

constexpr Allowance kNothing;
// A summary's buffer holds 375 observations at least. Its flush takes one lock and makes a buffer,
// five sketches and what these have still to merge. After a scrape its room doubles from 4 to 500.
constexpr Allowance kSummary{
    1, 375, {.allocations = 7, .locks = 1}, {.allocations = 20, .locks = 1}};
constexpr Allowance kPackedSummary{
    3, 375, {.allocations = 7, .locks = 1}, {.allocations = 20, .locks = 1}};
// A histogram with native buckets has a buffer of its own. A scrape empties it, and whoever fills
// it next may wait for that.
constexpr Allowance kNative{1, 32, {.locks = 1}, {.locks = 1}};

// A time that is sent is held against the wall clock, which is read once more in each batch.
constexpr Allowance kWallClock{.clock_reads_per_batch = 2};

using Lines = std::string (*)(std::size_t number);

struct Traffic {
  const char* name;
  Lines line;
  Allowance allowance = kNothing;
  metrics::Budgets budgets = {};
  statsd::Dialects dialects = {};
};

constexpr metrics::Budgets kOneSeries{.series_max = 1};

const Traffic kTraffic[] = {
    {"MappedCounters", [](std::size_t i) { return fmt::format("app.s{}.hits:1|c", i); }},
    {"UnmappedCounters", [](std::size_t i) { return fmt::format("hits.s{}:1|c", i); }},
    {"SampledCounters", [](std::size_t i) { return fmt::format("app.s{}.hits:1|c|@0.1", i); }},
    {"UpAndDownCounters", [](std::size_t i) { return fmt::format("up.s{}:-1|c", i); }},
    {"Totals", [](std::size_t i) { return fmt::format("total.s{}:{}|c", i, 1'000 + i); }},
    {"SampledTotals", [](std::size_t i) { return fmt::format("total.s{}:1000|c|@0.1", i); }},
    {"DogStatsDTags",
     [](std::size_t i) { return fmt::format("requests:1|c|#service:s{},env:production", i); }},
    {"InfluxTags",
     [](std::size_t i) { return fmt::format("requests,service=s{},env=production:1|c", i); }},
    {"LibratoTags",
     [](std::size_t i) { return fmt::format("requests#service=s{},env=production:1|c", i); }},
    {"SignalFxTags",
     [](std::size_t i) { return fmt::format("requests[service=s{},env=production]:1|c", i); }},
    {"GraphiteTags",
     [](std::size_t i) { return fmt::format("requests;service=s{};env=production:1|c", i); },
     kNothing,
     {},
     {.graphite = true}},
    {"ColonsInNames",
     [](std::size_t i) { return fmt::format("jobs.Mail::Job{}:1|c|#env:production", i); },
     kNothing,
     {},
     {.colons_in_names = true}},
    {"MetersAndSpaces",
     [](std::size_t i) { return fmt::format("requests.s{}: 1 | m", i); },
     kNothing,
     {},
     {.meters = true, .spaces = true}},
    {"ContainerIds", [](std::size_t i) { return fmt::format("requests:1|c|#a:b|c:id{}", i); }},
    {"MalformedTags",
     [](std::size_t i) { return fmt::format("requests:1|c|#service:s{},env", i); }},
    {"Gauges", [](std::size_t i) { return fmt::format("depth.s{}:17.5|g", i); }},
    {"RelativeGauges", [](std::size_t i) { return fmt::format("depth.s{}:+2.5|g", i); }},
    {"AbsoluteGauges", [](std::size_t i) { return fmt::format("absolute.s{}:-2.5|g", i); }},
    {"TimestampedGauges",
     [](std::size_t i) { return fmt::format("timed.s{}:17.5|g|T1656581400", i); }, kWallClock},
    {"Timers", [](std::size_t i) { return fmt::format("latency.s{}:{}|ms", i, i * 37 % 1009); },
     kSummary},
    {"SampledTimers", [](std::size_t i) { return fmt::format("latency.s{}:3.25|ms|@0.5", i); },
     kSummary},
    {"PackedTimers", [](std::size_t i) { return fmt::format("latency.s{}:1:22.5:333|ms", i); },
     kPackedSummary},
    {"TaggedSummaries", [](std::size_t i) { return fmt::format("sizes:3|h|#service:s{}", i); },
     kSummary},
    {"ClassicTimers",
     [](std::size_t i) { return fmt::format("classic.s{}:{}|ms", i, i * 37 % 1009); }},
    {"ClassicHistograms",
     [](std::size_t i) { return fmt::format("classic.s{}:{}|h", i, i * 37 % 1009); }},
    {"ClassicDistributions",
     [](std::size_t i) { return fmt::format("classic.s{}:{}|d|@0.25", i, i * 37 % 1009); }},
    {"PackedClassicHistograms",
     [](std::size_t i) { return fmt::format("classic.s{}:1:22.5:333|h|#a:b", i); }},
    {"NativeHistograms",
     [](std::size_t i) { return fmt::format("native.s{}:{}|ms", i, i * 37 % 1009); }, kNative},
    {"HistogramsWithASummary",
     [](std::size_t i) { return fmt::format("both.s{}:{}|h", i, i * 37 % 1009); }, kSummary},
    {"HistogramsWithGauges",
     [](std::size_t i) { return fmt::format("published.s{}:{}|h", i, i * 37 % 1009); }},
    {"SummariesWithGauges",
     [](std::size_t i) { return fmt::format("spread.s{}:{}|ms", i, i * 37 % 1009); }, kSummary},
    {"HistogramsWithLostGauges",
     [](std::size_t i) { return fmt::format("published:{}|h|#service:s{}", i % 7, i); }, kNothing,
     kOneSeries},
    {"TimersWithAUnit",
     [](std::size_t i) { return fmt::format("micro.s{}:{}|ms", i, i * 37 % 1009); }},
    {"TagsOfARule",
     [](std::size_t i) { return fmt::format("tagged:1|c|#service:s{},env:production,x1:2", i); }},
    {"DroppedByRule", [](std::size_t i) { return fmt::format("drop.s{}:1|c", i); }},
    {"NegativeCounters", [](std::size_t i) { return fmt::format("bad.s{}:-1|c", i); }},
    {"BadValues", [](std::size_t i) { return fmt::format("bad.s{}:x|c", i); }},
    {"BadTypes", [](std::size_t i) { return fmt::format("bad.s{}:1|x|#a:b", i); }},
    {"Nonsense", [](std::size_t i) { return fmt::format("nonsense {}", i); }},
    {"Sets", [](std::size_t i) { return fmt::format("members.s{}:user-{}|s", i / 50, i); }},
    {"SetsOfAThousandValues", [](std::size_t i) { return fmt::format("crowd:user-{}|s", i); }},
    {"SetsThatNothingAsksFor", [](std::size_t i) { return fmt::format("bad.s{}:1|s", i); }},
    {"Conflicts",
     [](std::size_t i) { return fmt::format("clash.s{}:1|{}", i / 2, i % 2 == 0 ? 'c' : 'g'); }},
    {"ReservedLabels", [](std::size_t i) { return fmt::format("requests:1|c|#__a:s{}", i); }},
    {"Overflow", [](std::size_t i) { return fmt::format("requests:1|c|#service:s{}", i); },
     kNothing, kOneSeries},
    {"Refused", [](std::size_t i) { return fmt::format("depth:1|g|#service:s{}", i); }, kNothing,
     kOneSeries},
};

constexpr const char* kMapping =
    "mappings:\n"
    "- {match: app.*.hits, name: hits, labels: {service: $1}}\n"
    "- {match: up.*, name: up, labels: {service: $1}, as: gauge, max_series: 900}\n"
    "- {match: total.*, name: total, labels: {service: $1}, as: set}\n"
    "- {match: micro.*, name: micro, labels: {service: $1}, unit: us, observer_type: histogram,\n"
    "   histogram_options: {native_histogram_bucket_factor: 1}}\n"
    "- {match: tagged, name: tagged, drop_tags: [env, 'x*'], rename_tags: {service: job},\n"
    "   max_series: 900}\n"
    "- {match: both.*, name: both, labels: {service: $1}, observer_type: both,\n"
    "   histogram_options: {native_histogram_bucket_factor: 1}}\n"
    "- {match: drop.*, name: dropped, action: drop}\n"
    "- {match: members.*, name: members, labels: {service: $1}, match_metric_type: set}\n"
    "- {match: crowd, name: crowd, match_metric_type: set}\n"
    "- {match: timed.*, name: timed, labels: {service: $1}, honor_timestamps: true}\n"
    "- {match: absolute.*, name: absolute, labels: {service: $1}, relative_gauges: false}\n"
    "- {match: published.*, name: published, labels: {service: $1}, observer_type: histogram,\n"
    "   histogram_options: {native_histogram_bucket_factor: 1}, publish: [min, max, stddev]}\n"
    "- {match: published, name: published, observer_type: histogram, publish: [max],\n"
    "   histogram_options: {native_histogram_bucket_factor: 1}}\n"
    "- {match: spread.*, name: spread, labels: {service: $1}, publish: [stddev]}\n"
    "- {match: native.*, name: native, labels: {service: $1}, observer_type: histogram}\n"
    "- {match: classic.*, name: classic, labels: {service: $1}, observer_type: histogram,\n"
    "   histogram_options: {native_histogram_bucket_factor: 1}}\n";

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

// What the calling thread calls while it sends.
CallCounts calls_of_sending(pipeline::Pipeline& pipeline,
                            const std::vector<std::string>& datagrams) {
  const CallCounts before = call_counts();
  send(pipeline, datagrams);
  const CallCounts after = call_counts();
  return {after.allocations - before.allocations, after.locks - before.locks,
          after.clock_reads - before.clock_reads};
}

// A batch reads the clock once.
std::size_t batches_of(const std::vector<std::string>& datagrams) {
  return (datagrams.size() + kDatagramsPerBatch - 1) / kDatagramsPerBatch;
}

void expect_at_most(const CallCounts& calls, const CallCounts& max, std::size_t clock_reads) {
  EXPECT_LE(calls.allocations, max.allocations);
  EXPECT_LE(calls.locks, max.locks);
  EXPECT_EQ(calls.clock_reads, clock_reads);
}

// One store with `workers` pipelines that are sent the same.
struct Rig {
  Rig(const Traffic& traffic, std::size_t workers)
      : datagrams(datagrams_of(traffic.line)),
        rules(pipeline::prepare(rulefile::parse_rules(kMapping, "mapping.yml").rules, 1)),
        store(traffic.budgets, {}, 1, base::Instant::now()) {
    pipeline::PipelineOptions options;
    options.dialects = traffic.dialects;
    options.writers = workers == 1 ? metrics::Writers::One : metrics::Writers::Several;
    for (std::size_t i = 0; i < workers; ++i) {
      pipelines.push_back(std::make_unique<pipeline::Pipeline>(rules, store, options));
      for (std::size_t sent = 0; sent < kWarmUps; ++sent) send(*pipelines.back(), datagrams);
    }
  }

  std::vector<std::string> datagrams;
  std::shared_ptr<const pipeline::PreparedRules> rules;
  metrics::Store store;
  std::vector<std::unique_ptr<pipeline::Pipeline>> pipelines;
};

// Writes pages and saves the state until it is told to stop.
class Scraper {
 public:
  explicit Scraper(metrics::Store& store) : store_(store), thread_([this] { run(); }) {
    while (pages_ == 0) std::this_thread::yield();
  }
  ~Scraper() {
    if (thread_.joinable()) stop();
  }
  Scraper(const Scraper&) = delete;
  Scraper& operator=(const Scraper&) = delete;

  // How many pages and saves were begun.
  std::size_t stop() {
    is_stopped_ = true;
    thread_.join();
    return pages_ + 1;
  }

 private:
  void run() {
    constexpr std::size_t kSeriesPerStep = 1000;
    while (!is_stopped_) {
      std::string page;
      exposition::TextWriter writer(page);
      metrics::Scrape scrape(store_, {}, {});
      while (scrape.advance(writer, base::Clock::now(), kSeriesPerStep)) {
      }
      bytes_ += page.size();
      ++pages_;
      save();
      ++pages_;
    }
  }
  void save() {
    const std::string path = testing::TempDir() + "weir-hot-path-" + std::to_string(::getpid());
    state::Save save(store_, path, base::Instant::now(), [] {});
    while (save.advance() != state::Save::Progress::Read) {
    }
    static_cast<void>(save.wait(base::Clock::now() + std::chrono::seconds(1)));
    std::remove(path.c_str());
  }

  metrics::Store& store_;
  std::atomic<bool> is_stopped_{false};
  std::atomic<std::size_t> pages_{0};
  std::size_t bytes_ = 0;
  std::thread thread_;
};

class HotPath : public testing::TestWithParam<Traffic> {};

TEST_P(HotPath, CallsNothingPerLine) {
  Rig rig(GetParam(), 1);

  const CallCounts calls = calls_of_sending(*rig.pipelines[0], rig.datagrams);

  EXPECT_EQ(rig.pipelines[0]->ledger().lines.value(), (kWarmUps + 1) * kLines);
  expect_at_most(calls, GetParam().allowance.calls_max(kLines, 0),
                 batches_of(rig.datagrams) * GetParam().allowance.clock_reads_per_batch);
}

TEST_P(HotPath, CallsNothingPerLineBesideAnotherWorkerAScrapeAndASave) {
  Rig rig(GetParam(), 2);
  std::array<CallCounts, 2> calls;
  std::barrier together(2);
  const auto work = [&](std::size_t worker) {
    together.arrive_and_wait();
    calls[worker] = calls_of_sending(*rig.pipelines[worker], rig.datagrams);
  };

  Scraper scraper(rig.store);
  std::thread other(work, 1);
  work(0);
  other.join();
  const std::size_t pages = scraper.stop();

  // Whoever fills a buffer empties it for both.
  const CallCounts calls_max = GetParam().allowance.calls_max(2 * kLines, pages);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(rig.pipelines[i]->ledger().lines.value(), (kWarmUps + 1) * kLines);
    expect_at_most(calls[i], calls_max,
                   batches_of(rig.datagrams) * GetParam().allowance.clock_reads_per_batch);
  }
}

INSTANTIATE_TEST_SUITE_P(, HotPath, testing::ValuesIn(kTraffic),
                         [](const auto& row) { return row.param.name; });

struct RelayTap : pipeline::LineTap {
  explicit RelayTap(relay::Relay& to) : relay(to) {}
  void on_line(std::string_view raw_line) override { relay.on_line(raw_line); }

  relay::Relay& relay;
};

TEST(RelayedHotPath, CallsNothingPerLine) {
  namespace asio = boost::asio;
  const auto datagrams =
      datagrams_of([](std::size_t i) { return fmt::format("app.s{}.hits:1|c", i); });
  asio::io_context context{1};
  // Never read: what it has no room for is lost behind the sender's back.
  const asio::ip::udp::socket sink(context, {asio::ip::address_v4::loopback(), 0});
  const base::Log log(base::LogLevel::Error, base::LogFormat::Logfmt);
  relay::Relay::Options options;
  options.targets = {fmt::format("127.0.0.1:{}", sink.local_endpoint().port())};
  relay::Relay relay(context, options, log);
  RelayTap tap(relay);
  metrics::Store store({}, {}, 1, base::Instant::now());
  pipeline::PipelineOptions tapped;
  tapped.tap = &tap;
  pipeline::Pipeline pipeline(pipeline::prepare(rulefile::parse_rules("", "mapping.yml").rules, 1),
                              store, tapped);
  send(pipeline, datagrams);

  const CallCounts calls = calls_of_sending(pipeline, datagrams);

  EXPECT_EQ(relay.line_stats().relayed.value(), 2 * kLines);
  EXPECT_GE(relay.target_stats(0).packets.value(), 2 * datagrams.size());
  EXPECT_EQ(relay.target_stats(0).lines_dropped.value(), 0U);
  EXPECT_EQ(relay.target_stats(0).queue_packets.load(), 0U);
  expect_at_most(calls, kNothing.calls_max(kLines, 0), batches_of(datagrams));
}

}  // namespace
}  // namespace weir::hot_path
