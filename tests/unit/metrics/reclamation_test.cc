// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <map>
#include <string>
#include <vector>

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

// Expiring counters with so long label values, as many as there is memory for.
std::vector<Admission> fill(StoreHarness& bench, std::size_t value_size) {
  std::vector<Admission> made;
  for (std::size_t i = 0;; ++i) {
    std::string value = std::to_string(i);
    value.insert(0, value_size - value.size(), 'v');
    const auto admission = bench.admit("foo", Type::Counter, "a=\"" + value + "\"", "a", 1s);
    if (admission.admitted != Admitted::Own) return made;
    made.push_back(admission);
  }
}

void expire_all(StoreHarness& bench) {
  bench.now += 3s;
  bench.expire();
}

TEST(Expiry, LosesNoMemoryToLabelsOfOtherLengths) {
  StoreHarness bench({.bytes_max = std::size_t{1} << 20});
  const std::size_t first = fill(bench, 56).size();
  for (const std::size_t value_size : {6, 56, 30, 56, 17, 56}) {
    expire_all(bench);

    EXPECT_GE(fill(bench, value_size).size(), first) << value_size;
  }
  expire_all(bench);
  EXPECT_EQ(bench.scrape(), std::vector<std::string>());
}

TEST(Expiry, CutsBlocksAndMakesNoVersionFitASecondTime) {
  StoreHarness bench({.bytes_max = std::size_t{1} << 18});
  const auto before = fill(bench, 512);
  std::map<SeriesHandle, std::uint32_t> versions;
  for (const auto& admission : before) versions[admission.series] = admission.version;
  expire_all(bench);

  const auto after = fill(bench, 16);

  EXPECT_GT(after.size(), 3 * before.size());
  for (const auto& admission : after) {
    EXPECT_EQ(admission.version & kLifeMask, 0U);
    const auto [known, is_new] = versions.try_emplace(admission.series, admission.version);
    if (is_new) continue;
    EXPECT_GT(admission.version, known->second);
    known->second = admission.version;
  }
  EXPECT_EQ(versions.size(), after.size()) << "every block was used again, and cut";
  EXPECT_EQ(bench.scrape().size(), after.size() + 2) << "with the overflow series and the header";
}

// How many families there is room for, each of them called so and gone after a second.
int fill_with_families(StoreHarness& bench, const std::string& beginning) {
  for (int made = 0;; ++made) {
    const std::string name = beginning + std::to_string(100'000 + made);
    const auto answer = bench.admit(name, Type::Counter, "", "", std::chrono::seconds(1));
    if (answer.admitted != Admitted::Own) return made;
  }
}

TEST(Expiry, GivesTheRoomOfFamiliesToOthers) {
  StoreHarness bench({.bytes_max = std::size_t{4} << 20});
  const int first = fill_with_families(bench, "a");
  EXPECT_GT(first, 10'000);
  bench.now += std::chrono::seconds(3);
  bench.expire();

  EXPECT_GE(fill_with_families(bench, "b"), first);
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
