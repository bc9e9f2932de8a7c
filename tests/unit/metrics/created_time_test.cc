// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_fixture.h"

namespace weir::metrics {
namespace {

using std::chrono_literals::operator""s;
using testing::ElementsAre;

class CreatedTimes final : public ReadingVisitor {
 public:
  void on_family(const FamilyReading&) override {}
  void on_series(const SeriesReading& series) override { all.push_back(series.created); }
  void on_family_end() override {}
  std::vector<base::UnixTime> all;
};

std::vector<base::UnixTime> created_in(StoreHarness& bench) {
  CreatedTimes created;
  Scrape pass(bench.store, {}, {});
  while (pass.advance(created, bench.now, 1)) {
  }
  return created.all;
}

// What counts from its beginning on.
std::vector<Definition> definitions() {
  Definition native = StoreHarness::of(Type::Histogram);
  native.native = NativeOptions{};
  return {StoreHarness::of(Type::Counter), StoreHarness::of(Type::Histogram), native,
          StoreHarness::of(Type::Summary)};
}

TEST(CreatedTime, IsLaterOfASeriesThatExpiredAndCameBack) {
  for (const Definition& definition : definitions()) {
    StoreHarness bench;
    bench.now += 5s;
    bench.admit("a", definition, "", "", 1s);
    EXPECT_THAT(created_in(bench), ElementsAre(bench.unix_start + 5s));

    bench.now += 3s;
    EXPECT_TRUE(bench.expire());
    EXPECT_THAT(created_in(bench), ElementsAre());
    bench.admit("a", definition, "", "", 1s);

    EXPECT_THAT(created_in(bench), ElementsAre(bench.unix_start + 8s));
  }
}

TEST(CreatedTime, StaysOfASeriesThatComesBackWhileItIsDying) {
  for (const Definition& definition : definitions()) {
    StoreHarness bench;
    WorkerEpoch epoch;
    bench.store.add_worker(epoch);
    bench.admit("a", definition, "", "", 1s);
    bench.now += 3s;
    epoch.enter();
    bench.expire();

    const auto again = bench.admit("a", definition, "", "", 1s);
    again.header->touched.store(bench.store.ticks(bench.now));
    epoch.leave();
    bench.store.finish_expiry(bench.now);

    EXPECT_THAT(created_in(bench), ElementsAre(bench.unix_start)) << "as its counts go on";
  }
}

TEST(CreatedTime, IsLaterOfASeriesThatAReloadReplaced) {
  StoreHarness bench;
  Definition definition = StoreHarness::of(Type::Histogram);
  const auto admit = [&](std::uint32_t generation) {
    return bench.store.admit({.name = "a",
                              .labels = "",
                              .label_names = "",
                              .help = "help",
                              .definition = &definition,
                              .source = {1, generation, nullptr}},
                             bench.now);
  };
  admit(1);
  bench.now += 3s;
  admit(2);
  EXPECT_THAT(created_in(bench), ElementsAre(bench.unix_start));

  definition.bounds = {1, 2, 3};
  admit(3);
  EXPECT_TRUE(bench.expire());

  EXPECT_THAT(created_in(bench), ElementsAre(bench.unix_start + 3s));
}

}  // namespace
}  // namespace weir::metrics
