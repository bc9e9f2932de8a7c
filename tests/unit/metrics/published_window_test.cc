// SPDX-License-Identifier: Apache-2.0
// Gauges that read the window of a summary or histogram.
#include <chrono>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_fixture.h"

namespace weir::metrics {
namespace {

using testing::Contains;
using testing::ElementsAre;
using namespace std::chrono_literals;

Definition gauge_of(GaugeKind kind) {
  Definition definition;
  definition.type = Type::Gauge;
  definition.gauge = kind;
  return definition;
}

struct PublishingHarness : StoreHarness {
  using StoreHarness::StoreHarness;

  static Definition publishing(Type type) {
    Definition definition = of(type);
    definition.published = {GaugeKind::Min, GaugeKind::Max, GaugeKind::Stddev};
    return definition;
  }

  Admission gauge(std::string_view name, GaugeKind kind, const Admission& source,
                  std::string_view labels = "", std::string_view label_names = "") {
    const Definition definition = gauge_of(kind);
    return store.admit({.name = name,
                        .labels = labels,
                        .label_names = label_names,
                        .help = "help",
                        .definition = &definition,
                        .source = {},
                        .window_of = {source.series, source.version}},
                       now);
  }

  void gauges_beside(const std::string& name, const Admission& source, std::string_view labels = "",
                     std::string_view label_names = "") {
    gauge(name + "_min", GaugeKind::Min, source, labels, label_names);
    gauge(name + "_max", GaugeKind::Max, source, labels, label_names);
    gauge(name + "_stddev", GaugeKind::Stddev, source, labels, label_names);
  }

  void observe(const Admission& histogram, double value, std::uint32_t weight = 1) {
    auto* const series = static_cast<HistogramSeries*>(histogram.header);
    series->observe(value, weight);
    series->window().statistics.observe(value, weight, now);
  }
};

TEST(PublishedWindow, IsReadByGauges) {
  PublishingHarness bench;
  const auto summary = bench.admit("s", PublishingHarness::publishing(Type::Summary));
  auto* const series = static_cast<SummarySeries*>(summary.header);
  for (const double value : {4.0, 12.0}) {
    series->summary().observe(value, 1, bench.now);
    series->window().statistics.observe(value, 1, bench.now);
  }

  bench.gauges_beside("s", summary);

  EXPECT_THAT(bench.scrape(),
              ElementsAre("summary s 'help'", "{} count=2", "gauge s_max 'help'", "{} 12",
                          "gauge s_min 'help'", "{} 4", "gauge s_stddev 'help'", "{} 4"));
}

TEST(PublishedWindow, FollowsBucketsOfEitherKind) {
  for (const bool is_native : {false, true}) {
    PublishingHarness bench;
    Definition definition = PublishingHarness::publishing(Type::Histogram);
    definition.age_buckets = 7;
    if (is_native) definition.native = NativeOptions();
    const auto histogram = bench.admit("h", definition);
    bench.observe(histogram, 0.5, 2);
    bench.observe(histogram, 9);

    bench.gauges_beside("h", histogram);

    const auto page = bench.scrape();
    EXPECT_THAT(page, Contains(testing::StartsWith("{} 2,0,1,")));
    EXPECT_THAT(page, Contains("{} 9"));
    EXPECT_THAT(page, Contains("{} 4")) << "8.5 * sqrt(2) / 3";
  }
}

TEST(PublishedWindow, CountsAsMemoryOfTheStore) {
  PublishingHarness plain;
  PublishingHarness publishing;
  plain.admit("h", Type::Histogram);
  publishing.admit("h", PublishingHarness::publishing(Type::Histogram));

  const auto difference = publishing.store.counts().bytes - plain.store.counts().bytes;

  EXPECT_EQ(difference, PublishedWindow::bytes(PublishingHarness::publishing(Type::Histogram)));
  EXPECT_GT(difference, 5 * sizeof(Moments));
}

TEST(PublishedWindow, TakesItsGaugesAlongWhenItExpires) {
  PublishingHarness bench;
  const auto histogram =
      bench.admit("h", PublishingHarness::publishing(Type::Histogram), "", "", 10s);
  bench.gauges_beside("h", histogram);
  bench.admit("other", Type::Counter);
  EXPECT_EQ(bench.store.counts().series, 5U);

  bench.now += 20s;
  ASSERT_TRUE(bench.expire());

  EXPECT_THAT(bench.scrape(), ElementsAre("counter other 'help'", "{} 0"));
  EXPECT_EQ(bench.store.counts().series, 1U);
  EXPECT_EQ(bench.store.counts().families, 1U);
  EXPECT_EQ(bench.store.counts().series_expired, 4U);
  EXPECT_EQ(bench.admit("h_max", Type::Counter).admitted, Admitted::Own) << "the name is free";
  ASSERT_TRUE(bench.expire()) << "and their memory is given back";
}

TEST(PublishedWindow, GivesAllMemoryBack) {
  PublishingHarness bench;
  const auto before = bench.store.counts().bytes;
  for (int round = 0; round < 3; ++round) {
    const auto histogram =
        bench.admit("h", PublishingHarness::publishing(Type::Histogram), "", "", 10s);
    bench.gauges_beside("h", histogram);
    const auto with_series = bench.store.counts().bytes;
    bench.now += 20s;
    ASSERT_TRUE(bench.expire());
    ASSERT_TRUE(bench.expire());
    EXPECT_LT(bench.store.counts().bytes, with_series);
    // Label names that are remembered, and their table.
    EXPECT_LT(bench.store.counts().bytes, before + 1000);
  }
}

// The gauge of the one waits for its sweep while the other goes, and their family with it.
TEST(PublishedWindow, GoesOneSeriesAfterAnother) {
  PublishingHarness bench;
  const Definition definition = PublishingHarness::publishing(Type::Histogram);
  for (int i = 0; i < 4; ++i) {
    const std::string labels = "a=\"" + std::to_string(i) + "\"";
    const auto histogram = bench.admit("h", definition, labels, "a", 10s + i * 1s);
    bench.gauges_beside("h", histogram, labels, "a");
  }

  bench.now += 9s;
  for (int i = 0; i < 8; ++i) {
    bench.now += 1s;
    ASSERT_TRUE(bench.expire());
    bench.scrape();
  }

  EXPECT_EQ(bench.store.counts().series, 0U);
  EXPECT_EQ(bench.store.counts().families, 0U);
}

TEST(PublishedWindow, LivesAsLongAsAGaugeOfItIsRead) {
  PublishingHarness bench;
  const auto histogram =
      bench.admit("h", PublishingHarness::publishing(Type::Histogram), "", "", 10s);
  bench.gauges_beside("h", histogram);
  bench.observe(histogram, 3);
  Transcript transcript;
  Scrape pass(bench.store, {}, only({"h_max", "h_min"}));
  ASSERT_TRUE(pass.advance(transcript, bench.now, 1));

  bench.now += 20s;
  ASSERT_TRUE(bench.expire());
  ASSERT_TRUE(bench.expire());
  bench.admit("other", PublishingHarness::publishing(Type::Histogram));
  while (pass.advance(transcript, bench.now, 1)) {
  }

  EXPECT_THAT(transcript.lines, testing::Not(Contains("gauge h_min 'help'")));
}

TEST(PublishedWindow, IsReadAgainWhereAnotherOneTookItsPlace) {
  PublishingHarness bench;
  const auto ask = [&](Type type, std::uint32_t generation) {
    const Definition definition = PublishingHarness::publishing(type);
    return bench.store.admit({.name = "h",
                              .labels = "",
                              .label_names = "",
                              .help = "help",
                              .definition = &definition,
                              .source = {1, generation, nullptr}},
                             bench.now);
  };
  const auto summary = ask(Type::Summary, 1);
  bench.gauges_beside("h", summary);
  // The family is replaced and its series waits for the next sweep.
  const auto histogram = ask(Type::Histogram, 2);
  bench.gauges_beside("h", histogram);
  bench.observe(histogram, 7);

  ASSERT_TRUE(bench.expire());

  EXPECT_THAT(bench.scrape(only({"h_max"})), ElementsAre("gauge h_max 'help'", "{} 7"));
  EXPECT_EQ(bench.store.counts().series, 4U);
}

TEST(PublishedWindow, LosesAGaugeToTheOneThatGetsItsPlace) {
  PublishingHarness bench;
  const auto histogram =
      bench.admit("h", PublishingHarness::publishing(Type::Histogram), "", "", 1s);
  bench.observe(histogram, 3);
  bench.gauge("h_min_gauge", GaugeKind::Min, histogram);

  bench.gauge("h_min", GaugeKind::Min, histogram);

  EXPECT_THAT(bench.scrape(),
              ElementsAre("histogram h 'help'", testing::_, "gauge h_min 'help'", "{} 3"));
}

TEST(PublishedWindow, HasNoGaugeOnceItIsGone) {
  PublishingHarness bench;
  const auto histogram =
      bench.admit("h", PublishingHarness::publishing(Type::Histogram), "", "", 10s);
  bench.now += 20s;
  ASSERT_TRUE(bench.expire());

  const auto gauge = bench.gauge("h_max", GaugeKind::Max, histogram);

  EXPECT_EQ(gauge.admitted, Admitted::Own);
  EXPECT_EQ(gauge.series, 0U);
  EXPECT_EQ(bench.store.counts().series, 0U);
}

TEST(PublishedWindow, HasNoGaugeThatIsALevel) {
  PublishingHarness bench;
  const auto histogram = bench.admit("h", PublishingHarness::publishing(Type::Histogram));
  bench.gauge("h_max", GaugeKind::Max, histogram);
  bench.admit("h_min", Type::Gauge);

  EXPECT_EQ(bench.admit("h_max", Type::Gauge).admitted, Admitted::Conflict);
  EXPECT_EQ(bench.admit("h_max", Type::Gauge, R"(a="1")", "a").admitted, Admitted::Conflict);
  EXPECT_EQ(bench.gauge("h_min", GaugeKind::Min, histogram).admitted, Admitted::Conflict);
  EXPECT_EQ(bench.gauge("h_max", GaugeKind::Min, histogram).admitted, Admitted::Conflict);
  const auto obstacle = bench.store.obstacle("h_max", StoreHarness::of(Type::Gauge));
  ASSERT_TRUE(obstacle);
  EXPECT_EQ(obstacle->gauge, GaugeKind::Max);
  EXPECT_FALSE(bench.store.obstacle("h_min", StoreHarness::of(Type::Gauge)));
}

TEST(PublishedWindow, OfAnOverflowSeriesHasGaugesPastTheBudget) {
  PublishingHarness bench({.series_per_family_max = 1});
  const Definition definition = PublishingHarness::publishing(Type::Histogram);
  const auto own = bench.admit("h", definition, R"(a="1")", "a");
  bench.gauge("h_max", GaugeKind::Max, own, R"(a="1")", "a");
  const auto overflow = bench.admit("h", definition, R"(a="2")", "a");
  ASSERT_EQ(overflow.admitted, Admitted::Overflow);

  EXPECT_EQ(bench.gauge("h_max", GaugeKind::Max, own, R"(a="2")", "a").admitted, Admitted::Refused);
  EXPECT_EQ(
      bench.gauge("h_max", GaugeKind::Max, overflow, kOverflowLabels, kOverflowLabelName).admitted,
      Admitted::Overflow);
  EXPECT_EQ(
      bench.gauge("h_min", GaugeKind::Min, overflow, kOverflowLabels, kOverflowLabelName).admitted,
      Admitted::Own)
      << "the family has room";
}

}  // namespace
}  // namespace weir::metrics
