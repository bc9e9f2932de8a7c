// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_fixture.h"

namespace weir::metrics {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Expiry, RemovesASeriesAfterItsTtlAndNotBefore) {
  StoreHarness bench;
  bench.count("foo", "1", 1, 2s);

  bench.now += 2s;
  bench.expire();
  EXPECT_EQ(bench.store.counts().series, 1U);

  bench.now += 1s;
  bench.expire();
  EXPECT_EQ(bench.store.counts().series, 0U);
  EXPECT_THAT(bench.scrape(), IsEmpty());
}

TEST(Expiry, LeavesSeriesWithoutTtlAlone) {
  StoreHarness bench;
  bench.count("foo", "1", 1);

  bench.now += 1000h;
  bench.expire();

  EXPECT_EQ(bench.store.counts().series, 1U);
}

TEST(Expiry, StartsAgainFromZero) {
  StoreHarness bench;
  bench.count("foo", "1", 5, 1s);
  bench.now += 3s;
  bench.expire();

  bench.count("foo", "1", 2, 1s);

  EXPECT_THAT(bench.scrape(), ElementsAre("counter foo 'help'", R"({a="1"} 2)"));
}

std::uint64_t vectors(const StoreHarness& bench, Type type) {
  return bench.store.counts().label_names[static_cast<std::size_t>(type)];
}

TEST(Expiry, LeavesTheNumberOfLabelNameSets) {
  StoreHarness bench;
  for (int i = 0; i < 5; ++i) {
    bench.count("foo", "1", 1, 1s);
    bench.count("foo", "2", 1, 1s);
    bench.admit("foo", Type::Counter, "", "", 1s);
    EXPECT_EQ(vectors(bench, Type::Counter), 2U);
    bench.now += 3s;
    bench.expire();
    EXPECT_EQ(bench.store.counts().series, 0U);
    EXPECT_EQ(vectors(bench, Type::Counter), 2U);
  }
}

TEST(Expiry, CountsTheLabelNamesOfEachTypeThatANameHad) {
  StoreHarness bench;
  bench.admit("foo", Type::Counter, "", "", 1s);
  bench.now += 3s;
  bench.expire();

  bench.admit("foo", Type::Gauge);

  EXPECT_EQ(vectors(bench, Type::Counter), 1U);
  EXPECT_EQ(vectors(bench, Type::Gauge), 1U);
}

TEST(Expiry, RemembersNoMoreLabelNameSetsThanItHasRoomFor) {
  constexpr std::size_t kBytes = std::size_t{1} << 20;
  StoreHarness bench({.bytes_max = kBytes});
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "a" + std::to_string(i);
    ASSERT_EQ(bench.admit("foo", Type::Counter, name + "=\"1\"", name, 1s).admitted, Admitted::Own);
    if (i % 1000 != 999) continue;
    bench.now += 3s;
    bench.expire();
  }

  EXPECT_GT(vectors(bench, Type::Counter), 100U);
  EXPECT_LT(vectors(bench, Type::Counter), 5000U);
  EXPECT_LT(bench.store.counts().bytes, kBytes / 4);
}

TEST(Expiry, FreesTheNameForAnotherType) {
  StoreHarness bench;
  bench.count("foo", "1", 5, 1s);
  const auto epoch = bench.store.release_epoch();
  bench.now += 3s;
  bench.expire();

  EXPECT_NE(bench.store.release_epoch(), epoch);
  EXPECT_EQ(bench.admit("foo", Type::Gauge).admitted, Admitted::Own);
}

TEST(Expiry, CountsFromTheLastSample) {
  StoreHarness bench;
  const auto series = bench.count("foo", "1", 5, 2s);
  bench.now += 2s;
  bench.store.at(series)->touched.store(bench.store.ticks(bench.now));

  bench.now += 2s;
  bench.expire();
  EXPECT_EQ(bench.store.counts().series, 1U);

  bench.now += 1s;
  bench.expire();
  EXPECT_EQ(bench.store.counts().series, 0U);
}

TEST(Expiry, ChangesTheVersionOfWhatIsGone) {
  StoreHarness bench;
  const auto before = bench.admit("foo", Type::Counter, "", "", 1s);
  bench.now += 3s;
  bench.expire();

  const auto after = bench.admit("foo", Type::Counter, "", "", 1s);

  EXPECT_EQ(after.series, before.series) << "the block is expected to be used again";
  EXPECT_NE(after.version, before.version);
}

TEST(Expiry, WaitsForAWorkerInsideABatch) {
  StoreHarness bench;
  WorkerEpoch epoch;
  bench.store.add_worker(epoch);
  bench.count("foo", "1", 5, 1s);
  bench.now += 3s;

  epoch.enter();
  EXPECT_FALSE(bench.expire());
  EXPECT_EQ(bench.store.counts().series, 1U);

  epoch.leave();
  EXPECT_TRUE(bench.store.finish_expiry(bench.now));
  EXPECT_EQ(bench.store.counts().series, 0U);
}

TEST(Expiry, SparesWhatASampleReachedWhileItWasDying) {
  StoreHarness bench;
  WorkerEpoch epoch;
  bench.store.add_worker(epoch);
  const auto admission = bench.admit("foo", Type::Counter, "", "", 1s);
  bench.now += 3s;
  epoch.enter();
  bench.expire();

  admission.header->touched.store(bench.store.ticks(bench.now));
  epoch.leave();
  bench.store.finish_expiry(bench.now);

  EXPECT_EQ(bench.store.counts().series, 1U);
  EXPECT_EQ(admission.header->version.load(), admission.version);
}

TEST(Expiry, RevivesWhatIsAskedForWhileItIsDying) {
  StoreHarness bench;
  WorkerEpoch epoch;
  bench.store.add_worker(epoch);
  const auto before = bench.admit("foo", Type::Counter, "", "", 1s);
  static_cast<CounterSeries*>(before.header)->add(7);
  bench.now += 3s;
  epoch.enter();
  bench.expire();

  const auto after = bench.admit("foo", Type::Counter, "", "", 1s);
  after.header->touched.store(bench.store.ticks(bench.now));
  epoch.leave();
  bench.store.finish_expiry(bench.now);

  EXPECT_EQ(after.series, before.series);
  EXPECT_EQ(after.version, before.version);
  EXPECT_THAT(bench.scrape(), ElementsAre("counter foo 'help'", "{} 7"));
}

TEST(Expiry, FollowsATtlThatBecameShorter) {
  StoreHarness bench;
  const auto series = bench.count("foo", "1", 5, 1h);

  bench.store.set_ttl(series, 1s);
  bench.now += 3s;
  bench.expire();

  EXPECT_EQ(bench.store.counts().series, 0U);
}

TEST(Expiry, FollowsATtlThatBecameLonger) {
  StoreHarness bench;
  const auto series = bench.count("foo", "1", 5, 1s);

  bench.store.set_ttl(series, 1h);
  bench.now += 30min;
  bench.expire();

  EXPECT_EQ(bench.store.counts().series, 1U);
}

TEST(Expiry, SurvivesATtlThatChangesWithEverySample) {
  StoreHarness bench;
  const auto series = bench.count("foo", "1", 5, 1s);

  for (int i = 0; i < 100; ++i) {
    bench.store.set_ttl(series, i % 2 == 0 ? 0s : 1h);
    bench.now += 1s;
    bench.store.at(series)->touched.store(bench.store.ticks(bench.now));
    bench.expire();
  }
  EXPECT_EQ(bench.store.counts().series, 1U);

  bench.store.set_ttl(series, 2s);
  bench.now += 4s;
  bench.expire();
  EXPECT_EQ(bench.store.counts().series, 0U);
}

TEST(Expiry, KeepsTheBlocksThatAScrapeMayLookAt) {
  StoreHarness bench;
  for (int i = 0; i < 10; ++i) bench.count("foo", std::to_string(i), i, 1s);
  Transcript transcript;
  Scrape pass(bench.store, {}, {});
  pass.advance(transcript, bench.now, 3);
  bench.now += 3s;
  bench.expire();

  // Newcomers must not take the blocks that the pass still has in its list.
  for (int i = 0; i < 10; ++i) bench.count("bar", std::to_string(i), 100 + i, 1s);
  while (pass.advance(transcript, bench.now, 3)) {
  }

  EXPECT_EQ(transcript.lines.size(), 4U) << "a header and the three series visited before";
}

TEST(Ttl, IsRoundedUpToTicks) {
  EXPECT_EQ(ttl_ticks(0s), 0U);
  EXPECT_EQ(ttl_ticks(1ns), 1U);
  EXPECT_EQ(ttl_ticks(-5s), 1U);
  EXPECT_EQ(ttl_ticks(150ms), 2U);
  EXPECT_EQ(ttl_ticks(10s), 100U);
}

}  // namespace
}  // namespace weir::metrics
