// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_fixture.h"
#include "weir/metrics/store.h"

namespace weir::metrics {
namespace {

using testing::ElementsAre;

Definition distinct(std::chrono::nanoseconds window = std::chrono::minutes(1)) {
  Definition definition = StoreHarness::of(Type::Gauge);
  definition.gauge = GaugeKind::Distinct;
  definition.max_age = window;
  return definition;
}

bool add_distinct(const StoreHarness& harness, const Admission& admission, std::uint64_t value) {
  auto* const series = static_cast<ComputedGaugeSeries*>(admission.header);
  return series->distinct().add((value + 1) * 0x9e3779b97f4a7c15, harness.now);
}

TEST(DistinctSeries, ComputesTheValueOfAGaugeWhenItIsRead) {
  StoreHarness harness;
  const Admission set = harness.admit("set", distinct());
  for (std::uint64_t i = 0; i < 30; ++i) ASSERT_TRUE(add_distinct(harness, set, i % 10));

  EXPECT_THAT(harness.scrape(), ElementsAre("gauge set 'help'", "{} 10"));

  harness.now += std::chrono::seconds(67);
  EXPECT_THAT(harness.scrape(), ElementsAre("gauge set 'help'", "{} 0"));
}

TEST(DistinctSeries, GivesANameToOneKindOfGauge) {
  StoreHarness harness;
  harness.admit("level", Type::Gauge);
  harness.admit("set", distinct(), R"(a="1")", "a");

  EXPECT_EQ(harness.admit("level", distinct()).admitted, Admitted::Conflict);
  EXPECT_EQ(harness.admit("set", Type::Gauge, R"(a="1")", "a").admitted, Admitted::Conflict);
  EXPECT_EQ(harness.admit("set", Type::Gauge).admitted, Admitted::Conflict);
  EXPECT_EQ(harness.admit("set", distinct()).admitted, Admitted::Own);
  const auto found = harness.store.obstacle("set", StoreHarness::of(Type::Gauge));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->gauge, GaugeKind::Distinct);
  EXPECT_FALSE(harness.store.obstacle("set", distinct()));
}

TEST(DistinctSeries, ChargesSetsToItsBudgetAndLetsThemGrowNoFurther) {
  constexpr std::size_t kBytesMax = 100'000;
  Budgets budgets;
  budgets.bytes_max = kBytesMax;
  StoreHarness harness(budgets);
  const std::size_t nothing = harness.store.counts().bytes;
  const std::chrono::seconds ttl(1);
  std::vector<Admission> sets;
  for (int i = 0; i < 20; ++i) {
    sets.push_back(harness.admit("set", distinct(), "a=\"" + std::to_string(i) + '"', "a", ttl));
    ASSERT_EQ(sets.back().admitted, Admitted::Own);
  }

  int refused = 0;
  for (std::uint64_t value = 0; value < 2000; ++value) {
    for (const Admission& set : sets) refused += add_distinct(harness, set, value) ? 0 : 1;
  }
  EXPECT_GT(refused, 0);
  EXPECT_GT(harness.store.counts().bytes, kBytesMax / 2);
  EXPECT_LE(harness.store.counts().bytes, kBytesMax);

  harness.now += std::chrono::seconds(10);
  harness.expire();
  EXPECT_LE(harness.store.counts().bytes, nothing + 1024);
}

}  // namespace
}  // namespace weir::metrics
