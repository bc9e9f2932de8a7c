// SPDX-License-Identifier: Apache-2.0
#include "weir/metrics/store.h"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_fixture.h"

namespace weir::metrics {
namespace {

using testing::ElementsAre;

TEST(Store, AnswersTheSameSeriesForTheSameLabels) {
  StoreHarness bench;

  const auto first = bench.admit("foo", Type::Counter, R"(a="1")", "a");
  const auto second = bench.admit("foo", Type::Counter, R"(a="1")", "a");
  const auto other = bench.admit("foo", Type::Counter, R"(a="2")", "a");

  EXPECT_EQ(first.series, second.series);
  EXPECT_NE(first.series, other.series);
  EXPECT_EQ(bench.store.counts().series, 2U);
}

TEST(Store, RefusesAnotherTypeUnderTheSameName) {
  StoreHarness bench;
  bench.admit("foo", Type::Counter);

  EXPECT_EQ(bench.admit("foo", Type::Gauge).admitted, Admitted::Conflict);
  EXPECT_EQ(bench.admit("foo", Type::Summary).admitted, Admitted::Conflict);
  EXPECT_EQ(bench.admit("foo", Type::Counter, R"(a="1")", "a").admitted, Admitted::Own);
}

Admission admit_or_rename(StoreHarness& bench, std::string_view name, Type type,
                          std::string_view other_name, std::chrono::nanoseconds ttl = {},
                          std::string_view labels = "", std::string_view label_names = "") {
  const Definition definition = StoreHarness::of(type);
  return bench.store.admit({.name = name,
                            .labels = labels,
                            .label_names = label_names,
                            .help = "help",
                            .definition = &definition,
                            .ttl = ttl,
                            .source = {},
                            .name_in_conflict = other_name},
                           bench.now);
}

TEST(Store, GivesAConflictTheOtherNameOfItsRequest) {
  StoreHarness bench;
  bench.admit("foo", Type::Counter);

  const auto renamed = admit_or_rename(bench, "foo", Type::Gauge, "foo_gauge");
  EXPECT_EQ(renamed.admitted, Admitted::Own);
  EXPECT_TRUE(renamed.is_renamed);
  EXPECT_EQ(admit_or_rename(bench, "foo", Type::Gauge, "foo_gauge").series, renamed.series);
  EXPECT_FALSE(admit_or_rename(bench, "foo", Type::Counter, "foo_counter").is_renamed);
  EXPECT_EQ(admit_or_rename(bench, "foo_count", Type::Summary, "foo_count_timer").admitted,
            Admitted::Own);
}

TEST(Store, HasAConflictStillWhereTheOtherNameIsOne) {
  StoreHarness bench;
  bench.admit("foo", Type::Counter);
  bench.admit("foo_gauge", Type::Counter);

  const auto admission = admit_or_rename(bench, "foo", Type::Gauge, "foo_gauge");

  EXPECT_EQ(admission.admitted, Admitted::Conflict);
  EXPECT_FALSE(admission.is_renamed);
}

TEST(Store, LeavesTheOtherNameToATypeWhileItHasASeries) {
  using namespace std::chrono_literals;
  StoreHarness bench;
  bench.admit("foo", Type::Counter, "", "", 1s);
  admit_or_rename(bench, "foo", Type::Gauge, "foo_gauge", 10s);
  bench.now += 5s;
  bench.expire();
  ASSERT_EQ(bench.store.counts().families, 1U) << "the counter expired";

  EXPECT_TRUE(
      admit_or_rename(bench, "foo", Type::Gauge, "foo_gauge", 10s, "a=\"1\"", "a").is_renamed)
      << "a free name does not split what has another";
  EXPECT_FALSE(admit_or_rename(bench, "foo", Type::Counter, "foo_counter", 1s).is_renamed);
  bench.now += 30s;
  bench.expire();
  ASSERT_EQ(bench.store.counts().families, 0U);

  EXPECT_FALSE(admit_or_rename(bench, "foo", Type::Gauge, "foo_gauge").is_renamed);
  EXPECT_TRUE(admit_or_rename(bench, "foo", Type::Counter, "foo_counter").is_renamed);
}

struct Collision {
  const char* name;
  const char* first;
  Type first_type;
  const char* second;
  Type second_type;
  Admitted expected;
};

class StoreCollision : public testing::TestWithParam<Collision> {};

TEST_P(StoreCollision, IsSeenFromBothSides) {
  const auto& row = GetParam();
  StoreHarness forward;
  forward.admit(row.first, row.first_type);
  StoreHarness backward;
  backward.admit(row.second, row.second_type);

  EXPECT_EQ(forward.admit(row.second, row.second_type).admitted, row.expected);
  EXPECT_EQ(backward.admit(row.first, row.first_type).admitted, row.expected);
}

INSTANTIATE_TEST_SUITE_P(, StoreCollision,
                         testing::Values(Collision{"SummaryAndSum", "foo", Type::Summary, "foo_sum",
                                                   Type::Counter, Admitted::Conflict},
                                         Collision{"SummaryAndCount", "foo", Type::Summary,
                                                   "foo_count", Type::Gauge, Admitted::Conflict},
                                         Collision{"SummaryAndBucket", "foo", Type::Summary,
                                                   "foo_bucket", Type::Counter, Admitted::Own},
                                         Collision{"HistogramAndBucket", "foo", Type::Histogram,
                                                   "foo_bucket", Type::Gauge, Admitted::Conflict},
                                         Collision{"TwoSummaries", "foo", Type::Summary,
                                                   "foo_count", Type::Summary, Admitted::Conflict},
                                         Collision{"HistogramAndSummary", "foo", Type::Histogram,
                                                   "foo_sum", Type::Summary, Admitted::Conflict},
                                         Collision{"GaugeAndCount", "foo", Type::Gauge, "foo_count",
                                                   Type::Counter, Admitted::Own},
                                         Collision{"CounterAndBucket", "foo", Type::Counter,
                                                   "foo_bucket", Type::Gauge, Admitted::Own}),
                         [](const auto& row) { return row.param.name; });

TEST(Store, KeepsTheNamesOfItsOwnMetricsFree) {
  StoreHarness bench;

  EXPECT_EQ(bench.admit("self_total", Type::Counter).admitted, Admitted::Conflict);
  EXPECT_EQ(bench.admit("self", Type::Counter).admitted, Admitted::Own);
}

TEST(Store, KeepsTheFirstHelpOfAName) {
  StoreHarness bench;
  bench.admit("foo", Type::Counter, "", "", {}, "first");
  bench.admit("foo", Type::Counter, R"(a="1")", "a", {}, "second");

  EXPECT_THAT(bench.scrape(), ElementsAre("counter foo 'first'", "{} 0", R"({a="1"} 0)"));
}

TEST(Store, CountsLabelNameSetsByType) {
  StoreHarness bench;
  bench.admit("foo", Type::Counter);
  bench.admit("foo", Type::Counter, R"(a="1")", "a");
  bench.admit("foo", Type::Counter, R"(a="2")", "a");
  bench.admit("bar", Type::Histogram);

  const auto counts = bench.store.counts();
  EXPECT_EQ(counts.label_names[static_cast<std::size_t>(Type::Counter)], 2U);
  EXPECT_EQ(counts.label_names[static_cast<std::size_t>(Type::Histogram)], 1U);
}

TEST(Store, SendsWhatIsPastTheFamilyBudgetToTheOverflowSeries) {
  StoreHarness bench({.series_max = 100, .series_per_family_max = 2});
  bench.count("foo", "1", 1);
  bench.count("foo", "2", 1);

  const auto third = bench.admit("foo", Type::Counter, R"(a="3")", "a");
  const auto fourth = bench.admit("foo", Type::Counter, R"(a="4")", "a");

  EXPECT_EQ(third.admitted, Admitted::Overflow);
  EXPECT_EQ(third.series, fourth.series);
  EXPECT_EQ(bench.admit("foo", Type::Counter, R"(a="1")", "a").admitted, Admitted::Own);
  EXPECT_THAT(bench.scrape(), ElementsAre("counter foo 'help'", R"({a="1"} 1)", R"({a="2"} 1)",
                                          R"({weir_overflow="true"} 0)"));
}

TEST(Store, MakesNoMoreSeriesThanARequestAllows) {
  StoreHarness bench;
  const auto definition = StoreHarness::of(Type::Counter);
  const auto ask = [&](std::string_view labels, std::uint32_t series_max) {
    const SeriesRequest request{.name = "foo",
                                .labels = labels,
                                .label_names = "a",
                                .help = "help",
                                .definition = &definition,
                                .source = {},
                                .family_series_max = series_max};
    return bench.store.admit(request, bench.now).admitted;
  };

  EXPECT_EQ(ask(R"(a="1")", 1), Admitted::Own);
  EXPECT_EQ(ask(R"(a="2")", 1), Admitted::Overflow);
  EXPECT_EQ(ask(R"(a="2")", 2), Admitted::Own) << "the overflow series does not count";
  EXPECT_EQ(ask(R"(a="3")", 2), Admitted::Overflow);
  EXPECT_EQ(ask(R"(a="1")", 1), Admitted::Own) << "what is there stays";
}

TEST(Store, RefusesGaugesAndNewNamesPastTheBudget) {
  StoreHarness bench({.series_max = 1, .series_per_family_max = 100});
  bench.admit("gauge", Type::Gauge);

  EXPECT_EQ(bench.admit("gauge", Type::Gauge, R"(a="1")", "a").admitted, Admitted::Refused);
  EXPECT_EQ(bench.admit("other", Type::Counter).admitted, Admitted::Refused);
}

TEST(Store, CountsBytesAgainstTheirBudget) {
  StoreHarness bench({.series_max = 1000, .series_per_family_max = 1000, .bytes_max = 4096});

  std::size_t own = 0;
  for (int i = 0; i < 100; ++i) {
    const auto answer = bench.admit("foo", Type::Counter, "a=\"" + std::to_string(i) + "\"", "a");
    if (answer.admitted == Admitted::Own) ++own;
  }

  EXPECT_GT(own, 0U);
  EXPECT_LT(own, 100U);
}

TEST(Store, TakesNothingWhileItIsEmpty) {
  const StoreHarness bench;

  EXPECT_EQ(bench.store.counts().bytes, 0U);
  EXPECT_EQ(bench.store.counts().bytes_held, 0U);
}

TEST(CounterSeries, DoesNotWrap) {
  StoreHarness bench;
  const auto admission = bench.admit("foo", Type::Counter);
  auto* counter = static_cast<CounterSeries*>(admission.header);

  counter->add(1e19);
  counter->add(1e19);

  EXPECT_EQ(counter->value(), 2e19);
}

// Each of them is small enough to be counted as an integer, their sum is not.
TEST(CounterSeries, DoesNotWrapByManyIncrements) {
  StoreHarness bench;
  auto* counter = static_cast<CounterSeries*>(bench.admit("foo", Type::Counter).header);

  for (int i = 0; i < 20; ++i) counter->add(1e18);

  EXPECT_EQ(counter->value(), 2e19);
}

TEST(CounterSeries, AddsFractionsAndWholes) {
  StoreHarness bench;
  auto* counter = static_cast<CounterSeries*>(bench.admit("foo", Type::Counter).header);

  counter->add(2);
  counter->add(0.5);

  EXPECT_EQ(counter->value(), 2.5);
}

TEST(HistogramSeries, CountsAnObservationInTheBucketOfItsUpperBound) {
  StoreHarness bench;
  auto* histogram = static_cast<HistogramSeries*>(bench.admit("foo", Type::Histogram).header);

  histogram->observe(1, 1);
  histogram->observe(1.5, 3);
  histogram->observe(9, 1);
  histogram->observe(std::numeric_limits<double>::quiet_NaN(), 1);

  EXPECT_THAT(bench.scrape(), ElementsAre("histogram foo 'help'", "{} 1,3,2,"));
}

TEST(HistogramSeries, TakesAWeightAsRepetition) {
  StoreHarness bench;
  auto* weighted = static_cast<HistogramSeries*>(bench.admit("weighted", Type::Histogram).header);
  auto* repeated = static_cast<HistogramSeries*>(bench.admit("repeated", Type::Histogram).header);

  weighted->observe(1.5, 3);
  for (int i = 0; i < 3; ++i) repeated->observe(1.5, 1);

  EXPECT_EQ(weighted->sum.load(), 4.5);
  EXPECT_EQ(repeated->sum.load(), 4.5);
}

TEST(Store, TellsTheUnixTimeOfSeriesOlderThanItself) {
  StoreHarness bench;
  const Ticks now = bench.store.ticks(bench.now);

  EXPECT_EQ(bench.store.unix_time(now), bench.unix_start);
  EXPECT_EQ(bench.store.unix_time(now - 25), bench.unix_start - std::chrono::milliseconds(2500));
  bench.now += std::chrono::seconds(3);
  EXPECT_EQ(bench.store.unix_time(bench.store.ticks(bench.now)),
            bench.unix_start + std::chrono::seconds(3));
}

TEST(Store, ChargesTheSketchesOfSummariesToItsBudget) {
  constexpr std::size_t kKilobyte = 1024;
  StoreHarness bench;
  const std::size_t nothing = bench.store.counts().bytes;

  bench.admit("foo", StoreHarness::of(Type::Summary), "", "", std::chrono::seconds(1));
  EXPECT_GE(bench.store.counts().bytes, nothing + 8 * kKilobyte);

  bench.now += std::chrono::seconds(10);
  bench.expire();
  EXPECT_LT(bench.store.counts().bytes, nothing + kKilobyte);
}

TEST(Store, ChargesNativeBucketsToItsBudget) {
  constexpr int kBuckets = 1000;
  StoreHarness bench;
  Definition definition = StoreHarness::of(Type::Histogram);
  definition.native = {8, 100'000};
  const std::size_t nothing = bench.store.counts().bytes;
  auto* histogram = static_cast<HistogramSeries*>(
      bench.admit("foo", definition, "", "", std::chrono::seconds(1)).header);
  const std::size_t empty = bench.store.counts().bytes;
  for (int i = 1; i <= kBuckets; ++i) histogram->observe(std::exp2(i / 16.0), 1);
  bench.scrape();

  EXPECT_GE(bench.store.counts().bytes, empty + kBuckets * sizeof(std::uint64_t));

  bench.now += std::chrono::seconds(10);
  bench.expire();
  EXPECT_LT(bench.store.counts().bytes, nothing + sizeof(NativeHistogram));
}

struct Wish {
  const char* name;
  Type type;
  // `TYPE NAME`, `own NAME`, or nothing.
  const char* obstacle;
};

class StoreObstacle : public testing::TestWithParam<Wish> {};

TEST_P(StoreObstacle, IsWhatMakesARequestAConflict) {
  const auto& [name, type, expected] = GetParam();
  StoreHarness bench;
  bench.admit("counter", Type::Counter);
  bench.admit("summary", Type::Summary);
  bench.admit("histogram", Type::Histogram);
  bench.admit("beside_count", Type::Gauge);

  const auto found = bench.store.obstacle(name, StoreHarness::of(type));

  EXPECT_EQ(
      found ? (found->type ? std::string(type_name(*found->type)) : "own") + " " + found->name : "",
      expected);
  EXPECT_EQ(bench.admit(name, type).admitted == Admitted::Conflict, found.has_value());
}

INSTANTIATE_TEST_SUITE_P(
    , StoreObstacle,
    testing::Values(Wish{"counter", Type::Counter, ""}, Wish{"fresh", Type::Summary, ""},
                    Wish{"counter", Type::Gauge, "counter counter"},
                    Wish{"summary", Type::Histogram, "summary summary"},
                    Wish{"summary_sum", Type::Gauge, "summary summary"},
                    Wish{"summary_bucket", Type::Gauge, ""},
                    Wish{"histogram_bucket", Type::Counter, "histogram histogram"},
                    Wish{"beside", Type::Histogram, "gauge beside_count"},
                    Wish{"beside", Type::Counter, ""}, Wish{"summary_created", Type::Gauge, ""},
                    Wish{"self_total", Type::Counter, "own self_total"},
                    Wish{"self.total", Type::Counter, "own self_total"},
                    Wish{"self\xE6\x97\xA5total", Type::Counter, "own self_total"},
                    Wish{"self..total", Type::Counter, ""}));

TEST(StoreObstacleOfOpenMetrics, IsTheCreatedSample) {
  StoreHarness bench({}, SampleSuffixes::OpenMetrics);
  bench.admit("summary", Type::Summary);
  bench.admit("counter", Type::Counter);
  bench.admit("beside_created", Type::Gauge);

  EXPECT_EQ(bench.admit("summary_created", Type::Gauge).admitted, Admitted::Conflict);
  EXPECT_EQ(bench.admit("beside", Type::Histogram).admitted, Admitted::Conflict);
  EXPECT_EQ(bench.admit("counter_created", Type::Gauge).admitted, Admitted::Own);
}

}  // namespace
}  // namespace weir::metrics
