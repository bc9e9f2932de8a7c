// SPDX-License-Identifier: Apache-2.0
// A save reads lists that workers, scrapes and sweeps go on changing.
#include "weir/metrics/series_walk.h"

#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "metrics/set_aside.h"
#include "store_fixture.h"

namespace weir::metrics {
namespace {

using namespace std::chrono_literals;

// How often each counter was visited, by family and labels.
class Visits final : public StateVisitor {
 public:
  void on_family(const FamilyState& family) override {
    family_ = family.name;
    ++families[family_];
  }
  void on_label_names(const LabelNamesState& /*label_names*/) override {}
  void on_series(std::uint32_t /*label_names*/, const SeriesState& series) override {
    ++counters[{family_, std::string(series.labels)}];
  }

  std::map<std::string, int> families;
  std::map<std::pair<std::string, std::string>, int> counters;

 private:
  std::string family_;
};

Visits walk_all(StoreHarness& bench) {
  Visits visits;
  SeriesWalk walk(bench.store, bench.now);
  while (walk.advance(visits)) {
  }
  return visits;
}

std::string body(int number) { return "a=\"" + std::to_string(number) + "\""; }

void count_some(StoreHarness& bench, int begin, int end) {
  for (int i = begin; i < end; ++i) bench.count("m", std::to_string(i), 1);
}

constexpr int kMany = static_cast<int>(kSetAsideMin) * 2;

// Each series once, in whatever lists they are.
void expect_each_once(const Visits& visits, int count) {
  EXPECT_EQ(visits.counters.size(), static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto found = visits.counters.find({"m", body(i)});
    ASSERT_NE(found, visits.counters.end()) << i;
    EXPECT_EQ(found->second, 1) << i;
  }
}

TEST(SeriesWalk, VisitsNewcomersOrderedAndSetAside) {
  StoreHarness bench;
  int count = 0;
  const auto add = [&](int more) {
    count_some(bench, count, count + more);
    count += more;
  };
  add(kMany);
  expect_each_once(walk_all(bench), count);
  add(10);
  expect_each_once(walk_all(bench), count);
  add(kMany);
  expect_each_once(walk_all(bench), count);
  bench.scrape();
  add(kMany);
  expect_each_once(walk_all(bench), count);
  add(3);

  expect_each_once(walk_all(bench), count);
  EXPECT_EQ(bench.scrape().size(), static_cast<std::size_t>(count) + 1);
}

TEST(SeriesWalk, LeavesTheOrderOfAPageAsItIs) {
  StoreHarness walked;
  StoreHarness plain;
  for (auto* const bench : {&walked, &plain}) {
    count_some(*bench, 0, kMany);
    if (bench == &walked) walk_all(*bench);
    count_some(*bench, kMany, kMany + 20);
  }

  EXPECT_EQ(walked.scrape(), plain.scrape());
}

TEST(SeriesWalk, GoesOnThroughAScrape) {
  StoreHarness bench;
  count_some(bench, 0, kMany);
  Visits visits;
  SeriesWalk walk(bench.store, bench.now);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(walk.advance(visits));

  EXPECT_EQ(bench.scrape().size(), static_cast<std::size_t>(kMany) + 1);
  while (walk.advance(visits)) {
  }

  expect_each_once(visits, kMany);
}

TEST(SeriesWalk, VisitsFamiliesThatAreSetAside) {
  StoreHarness bench;
  const auto add = [&bench](int begin, int end) {
    for (int i = begin; i < end; ++i) bench.count("m" + std::to_string(i), "x", 1);
  };
  add(0, kMany);
  EXPECT_EQ(walk_all(bench).families.size(), static_cast<std::size_t>(kMany));
  add(kMany, kMany + 5);

  const Visits visits = walk_all(bench);

  EXPECT_EQ(visits.families.size(), static_cast<std::size_t>(kMany) + 5);
  EXPECT_EQ(visits.counters.size(), static_cast<std::size_t>(kMany) + 5);
  // A family and a series of each.
  EXPECT_EQ(bench.scrape().size(), (static_cast<std::size_t>(kMany) + 5) * 2);
}

TEST(SeriesWalk, IsRidOfWhatExpired) {
  StoreHarness bench;
  for (int i = 0; i < kMany; ++i) {
    bench.count("m", std::to_string(i), 1, i % 2 == 0 ? 10s : 0s);
    bench.count("gone" + std::to_string(i), "x", 1, 10s);
  }
  walk_all(bench);
  bench.now += 20s;
  ASSERT_TRUE(bench.expire());

  const Visits visits = walk_all(bench);

  EXPECT_EQ(visits.counters.size(), static_cast<std::size_t>(kMany) / 2);
  EXPECT_EQ(visits.families.size(), 1U);
  EXPECT_EQ(bench.scrape().size(), static_cast<std::size_t>(kMany) / 2 + 1);
}

TEST(SeriesWalk, IsNotHeldUpByARuleThatReplacesWhatIsSetAside) {
  StoreHarness bench;
  count_some(bench, 0, kMany);
  walk_all(bench);
  bench.admit("m", Type::Gauge, "a=\"0\"", "a");
  ASSERT_TRUE(bench.expire());

  EXPECT_EQ(walk_all(bench).counters.size(), bench.scrape().size() - 1);
}

TEST(LabelSpreadOfSetAside, IsThatOfTheWholeFamily) {
  StoreHarness bench;
  count_some(bench, 0, kMany);
  walk_all(bench);

  const auto spread = bench.store.widest_label("m");

  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->label, "a");
  EXPECT_EQ(spread->values, 256U);
}

// Whatever comes between two steps of a walk, what was there all the time is visited, and
// nothing twice.
TEST(SeriesWalk, IsExactBetweenScrapesSweepsAndNewcomers) {
  std::mt19937 random(11);
  StoreHarness bench;
  std::set<int> there;
  int next = 0;
  const auto pick = [&random](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  const auto family_of = [](int number) { return "m" + std::to_string(number % 3); };
  const auto add = [&](int count) {
    for (int i = 0; i < count; ++i, ++next) {
      bench.count(family_of(next), std::to_string(next), 1, next % 5 == 0 ? 10s : 0s);
      there.insert(next);
    }
  };
  const auto expire = [&] {
    bench.now += 20s;
    bench.expire();
    std::erase_if(there, [](int number) { return number % 5 == 0; });
  };
  for (int round = 0; round < 12; ++round) {
    add(pick(2) == 0 ? pick(200) : 3 * kMany);
    const std::set<int> at_begin = there;
    Visits visits;
    auto walk = std::make_unique<SeriesWalk>(bench.store, bench.now);
    for (bool goes_on = true; goes_on;) {
      for (int i = pick(5000); i >= 0 && goes_on; --i) goes_on = walk->advance(visits);
      switch (pick(4)) {
        case 0: EXPECT_EQ(bench.scrape().size(), there.size() + 3); break;
        case 1: add(pick(50)); break;
        case 2: expire(); break;
        default: break;
      }
    }
    walk.reset();
    for (const auto& [key, times] : visits.counters) EXPECT_EQ(times, 1) << key.second;
    for (const int number : at_begin) {
      if (!there.contains(number)) continue;
      EXPECT_TRUE(visits.counters.contains({family_of(number), body(number)})) << number;
    }
  }
}

}  // namespace
}  // namespace weir::metrics
