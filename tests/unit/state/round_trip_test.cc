// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "state_harness.h"

namespace weir::state {
namespace {

using metrics::Restored;
using metrics::Type;

// Sends the same samples to any process: which series, and what value, follow from the seed.
class Traffic {
 public:
  explicit Traffic(std::uint64_t seed) : random_(seed) {}

  void send(std::vector<Process*> processes, int samples) {
    for (int i = 0; i < samples; ++i) send_one(processes);
  }

 private:
  [[nodiscard]] std::uint64_t below(std::uint64_t end) { return random_() % end; }

  double value() {
    switch (below(12)) {
      case 0: return 0;
      case 1: return std::numeric_limits<double>::infinity();
      case 2: return std::numeric_limits<double>::quiet_NaN();
      case 3: return -static_cast<double>(below(1000));
      default: return static_cast<double>(below(1'000'000)) / 64;
    }
  }

  void send_one(const std::vector<Process*>& processes) {
    static const auto kDefinitions = all_definitions();
    const std::size_t kind = below(kDefinitions.size());
    const metrics::Definition& definition = kDefinitions[kind];
    const std::string name = fmt::format("m{}_{}", kind, below(3));
    std::string labels;
    std::string names;
    const std::uint64_t key = below(4);
    if (key > 0) {
      names = fmt::format("k{}", key);
      labels = fmt::format("k{}=\"v\\\"{}\"", key, below(3));
    }
    const double number = value();
    const auto ttl = below(2) == 0 ? 0s : 1h;
    const auto weight = static_cast<std::uint32_t>(1 + below(3));
    for (Process* const process : processes) {
      const metrics::SeriesRequest request{.name = name,
                                           .labels = labels,
                                           .label_names = names,
                                           .help = "help of it",
                                           .definition = &definition,
                                           .ttl = ttl,
                                           .source = {7, 1, nullptr},
                                           .unit = kind == 3 ? "seconds" : ""};
      apply(*process, request, number, weight);
    }
  }

  static void apply(Process& process, metrics::SeriesRequest request, double number,
                    std::uint32_t weight) {
    const metrics::Admission admission = process.admit(request);
    ASSERT_EQ(admission.admitted, metrics::Admitted::Own);
    auto* const header = admission.header;
    header->touched.store(process.store.ticks(process.now));
    const metrics::Definition& definition = *request.definition;
    switch (definition.type) {
      case Type::Counter:
        static_cast<metrics::CounterSeries*>(header)->add(number >= 0 ? number : 1);
        break;
      case Type::Gauge:
        if (definition.has_timestamp) {
          static_cast<metrics::TimestampedGaugeSeries*>(header)->set_at(weight * 1000, number);
        } else {
          static_cast<metrics::GaugeSeries*>(header)->set(number);
        }
        break;
      case Type::Summary: {
        auto* const summary = static_cast<metrics::SummarySeries*>(header);
        summary->summary().observe(number, weight, process.now);
        if (!definition.published.empty()) {
          summary->window().statistics.observe(number, weight, process.now);
        }
        break;
      }
      case Type::Histogram: {
        auto* const histogram = static_cast<metrics::HistogramSeries*>(header);
        histogram->observe(number, weight);
        if (!definition.published.empty()) {
          histogram->window().statistics.observe(number, weight, process.now);
        }
        break;
      }
    }
    publish(process, request, admission);
  }

  static void publish(Process& process, metrics::SeriesRequest request,
                      const metrics::Admission& source) {
    const std::string name(request.name);
    for (const metrics::GaugeKind kind : request.definition->published) {
      metrics::Definition gauge = definition_of(Type::Gauge);
      gauge.gauge = kind;
      const std::string published = fmt::format("{}_p{}", name, static_cast<int>(kind));
      request.name = published;
      request.ttl = 0s;
      request.window_of = {source.series, source.version};
      metrics::SeriesRequest asked = request;
      asked.definition = &gauge;
      process.admit(asked);
    }
  }

  std::mt19937_64 random_;
};

class RoundTrip : public ::testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, RoundTrip, ::testing::Range(std::uint64_t{1}, std::uint64_t{13}));

TEST_P(RoundTrip, RestoresEveryKindOfSeriesAsItWas) {
  Process before;
  Traffic traffic(GetParam());
  for (int round = 0; round < 5; ++round) {
    traffic.send({&before}, 400);
    before.now += 7s;
  }
  Process after(1'700'000'035s);
  const ReadResult read = after.restore(before.file());
  EXPECT_EQ(read.verdict, Verdict::Good) << read.reason;
  EXPECT_EQ(page(after.store, after.now), page(before.store, before.now));
  EXPECT_EQ(after.count_of(Restored::Yes), before.store.counts().series);
}

// Windows turn, streams merge and buckets halve as they would have.
TEST_P(RoundTrip, GoesOnAsIfItHadNotBeenStopped) {
  Process before;
  Traffic traffic(GetParam());
  traffic.send({&before}, 3000);
  before.now += 10s;
  Process after(1'700'000'010s);
  ASSERT_EQ(after.restore(before.file()).verdict, Verdict::Good);
  for (int round = 0; round < 12; ++round) {
    traffic.send({&before, &after}, 500);
    before.now += 17s;
    after.now += 17s;
    ASSERT_EQ(page(after.store, after.now), page(before.store, before.now)) << round;
  }
}

TEST_P(RoundTrip, IsTheSameAfterASecondRestart) {
  Process first;
  Traffic(GetParam()).send({&first}, 1000);
  Process second(1'700'000'100s);
  ASSERT_EQ(second.restore(first.file()).verdict, Verdict::Good);
  Process third(1'700'000'200s);
  ASSERT_EQ(third.restore(second.file()).verdict, Verdict::Good);
  third.now = third.started.monotonic;
  first.now += 200s;
  EXPECT_EQ(page(third.store, third.now), page(first.store, first.now));
}

struct Counters : ::testing::Test {
  static void count(Process& process, std::string_view name, double by,
                    std::chrono::nanoseconds ttl = 0s) {
    static const auto kCounter = definition_of(Type::Counter);
    const auto admission = process.admit({.name = name,
                                          .labels = "a=\"1\"",
                                          .label_names = "a",
                                          .help = "help",
                                          .definition = &kCounter,
                                          .ttl = ttl,
                                          .source = {}});
    static_cast<metrics::CounterSeries*>(admission.header)->add(by);
    admission.header->touched.store(process.store.ticks(process.now));
  }
  static std::vector<std::string> names(Process& process) {
    std::vector<std::string> found;
    for (const std::string& line : page(process.store, process.now)) {
      if (line.front() != '{') found.push_back(line.substr(0, line.find(' ')));
    }
    return found;
  }
};

using Ttl = Counters;

TEST_F(Ttl, LeavesOutWhatExpiredWhileNothingRan) {
  Process before;
  count(before, "short", 1, 60s);
  count(before, "long", 1, 600s);
  count(before, "never", 1);
  before.now += 30s;
  Process after(1'700'000'100s);
  ASSERT_EQ(after.restore(before.file()).verdict, Verdict::Good);
  EXPECT_EQ(names(after), (std::vector<std::string>{"long", "never"}));
  EXPECT_EQ(after.count_of(Restored::Expired), 1);
}

TEST_F(Ttl, RunsOnFromTheLastSampleOfTheProcessBefore) {
  Process before;
  count(before, "a", 1, 60s);
  before.now += 20s;
  Process after(1'700'000'030s);
  ASSERT_EQ(after.restore(before.file()).verdict, Verdict::Good);
  after.now += 29s;
  after.store.mark_expired(after.now);
  EXPECT_TRUE(after.store.finish_expiry(after.now));
  EXPECT_EQ(names(after).size(), 1);
  after.now += 3s;
  after.store.mark_expired(after.now);
  EXPECT_TRUE(after.store.finish_expiry(after.now));
  EXPECT_TRUE(names(after).empty());
}

using Clocks = Counters;

// The wall clock of the process before was ahead by a day, or was set back since.
TEST_F(Clocks, TakesTimesInTheFutureForNow) {
  Process before(1'700'086'400s);
  count(before, "a", 1, 60s);
  Process after(1'700'000'000s);
  ASSERT_EQ(after.restore(before.file()).verdict, Verdict::Good);
  const auto lines = page(after.store, after.now);
  ASSERT_EQ(lines.size(), 2);
  EXPECT_NE(lines[1].find("created=1700000000000000000 "), std::string::npos) << lines[1];
  after.now += 59s;
  after.store.mark_expired(after.now);
  EXPECT_TRUE(after.store.finish_expiry(after.now));
  EXPECT_EQ(names(after).size(), 1);
}

TEST_F(Clocks, KeepsCreatedTimesOlderThanTheTicksOfAProcessReachAtTheOldestOfThem) {
  Process before(1'000'000'000s);
  count(before, "a", 5);
  Process after(1'700'000'000s);
  ASSERT_EQ(after.restore(before.file()).verdict, Verdict::Good);
  EXPECT_EQ(names(after), (std::vector<std::string>{"a"}));
}

using Store = Counters;

TEST_F(Store, FindsARestoredSeriesWithItsFirstSample) {
  Process before;
  count(before, "a", 5);
  Process after;
  ASSERT_EQ(after.restore(before.file()).verdict, Verdict::Good);
  count(after, "a", 2);
  EXPECT_EQ(after.store.counts().series, 1);
  count(before, "a", 2);
  EXPECT_EQ(page(after.store, after.now), page(before.store, before.now));
}

// The file has them in the order of the page, where those that were seen first need not come first.
TEST_F(Store, KeepsWhichLabelNamesWereSeenFirst) {
  Process before;
  const metrics::Definition counter = definition_of(Type::Counter);
  for (const auto& [labels, names_of] :
       {std::pair{"b=\"2\"", "b"}, {"a=\"1\"", "a"}, {"a=\"2\"", "a"}}) {
    metrics::SeriesRequest request{.name = "m",
                                   .labels = labels,
                                   .label_names = names_of,
                                   .help = "",
                                   .definition = &counter,
                                   .source = {}};
    before.admit(request);
  }
  const auto shown = page(before.store, before.now);
  Process after;
  ASSERT_EQ(after.restore(before.file()).verdict, Verdict::Good);
  EXPECT_EQ(page(after.store, after.now), shown);
}

TEST_F(Store, RefusesWhatItsBudgetHasNoRoomFor) {
  Process before;
  for (const char* const name : {"a", "b", "c"}) count(before, name, 1);
  metrics::Budgets budgets;
  budgets.series_max = 2;
  Process after(1'700'000'000s, budgets);
  ASSERT_EQ(after.restore(before.file()).verdict, Verdict::Good);
  EXPECT_EQ(after.count_of(Restored::Yes), 2);
  EXPECT_EQ(after.count_of(Restored::Refused), 1);
  EXPECT_EQ(after.store.counts().families, 2);
  EXPECT_EQ(names(after).size(), 2);
}

TEST_F(Store, LeavesItsOwnMetricsAlone) {
  Process before;
  count(before, "weir_new", 1);
  std::string records = records_of(before.store, before.now);
  records.replace(records.find("weir_new"), 8, "weir_own");
  Process after;
  ASSERT_EQ(after.restore(framed(records, 1, before.unix_now())).verdict, Verdict::Good);
  EXPECT_EQ(after.count_of(Restored::Conflict), 1);
  EXPECT_TRUE(names(after).empty());
}

TEST_F(Store, BringsBackTheOverflowSeriesOfAFamily) {
  metrics::Budgets budgets;
  budgets.series_per_family_max = 1;
  Process before(1'700'000'000s, budgets);
  count(before, "a", 1);
  static const auto kCounter = definition_of(Type::Counter);
  const metrics::SeriesRequest other{.name = "a",
                                     .labels = "a=\"2\"",
                                     .label_names = "a",
                                     .help = "help",
                                     .definition = &kCounter,
                                     .source = {}};
  ASSERT_EQ(before.admit(other).admitted, metrics::Admitted::Overflow);
  Process after(1'700'000'000s, budgets);
  ASSERT_EQ(after.restore(before.file()).verdict, Verdict::Good);
  EXPECT_EQ(page(after.store, after.now), page(before.store, before.now));
  EXPECT_EQ(after.admit(other).admitted, metrics::Admitted::Overflow);
  EXPECT_EQ(after.store.counts().series, 2);
}

// What a reload would do that changed the rule (difference Q15).
TEST(Definitions, StartsAHistogramAfreshWhoseBoundsAreOthersByNow) {
  Process before;
  metrics::Definition histogram = definition_of(Type::Histogram);
  histogram.bounds = {1, 2};
  const metrics::SeriesRequest request{.name = "h",
                                       .labels = "",
                                       .label_names = "",
                                       .help = "help",
                                       .definition = &histogram,
                                       .source = {7, 4, nullptr}};
  static_cast<metrics::HistogramSeries*>(before.admit(request).header)->observe(1, 1);
  Process after;
  ASSERT_EQ(after.restore(before.file()).verdict, Verdict::Good);

  metrics::SeriesRequest first = request;
  first.source.generation = 1;
  EXPECT_EQ(after.admit(first).definition->bounds, histogram.bounds);
  EXPECT_EQ(after.store.counts().replaced, 0);

  metrics::Definition finer = histogram;
  finer.bounds = {1, 1.5, 2};
  first.definition = &finer;
  const metrics::Admission admission = after.admit(first);
  EXPECT_EQ(admission.definition->bounds, finer.bounds);
  EXPECT_EQ(static_cast<metrics::HistogramSeries*>(admission.header)->buckets()[0], 0);
  EXPECT_EQ(after.store.counts().replaced, 1);
}

}  // namespace
}  // namespace weir::state
