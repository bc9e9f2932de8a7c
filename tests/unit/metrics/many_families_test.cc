// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "store_fixture.h"

namespace weir::metrics {
namespace {

// The names of the families in what was written.
std::vector<std::string> family_names(const Transcript& seen) {
  constexpr std::string_view kBegin = "counter ";
  std::vector<std::string> names;
  for (const std::string& line : seen.lines) {
    if (!line.starts_with(kBegin)) continue;
    names.push_back(line.substr(kBegin.size(), line.find(" '") - kBegin.size()));
  }
  return names;
}

TEST(ScrapeOfManyFamilies, KeepsTheirOrderWhileOthersComeAndGo) {
  constexpr int kMany = 20'000;
  StoreHarness bench;
  std::mt19937 random(1);
  std::set<std::string> lasting;
  const auto add = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const std::string name = "f" + std::to_string(random() % 10) + "_" + std::to_string(random());
      const bool is_lasting = random() % 2 == 0;
      if (is_lasting) lasting.insert(name);
      bench.admit(name, Type::Counter, "", "", std::chrono::seconds(is_lasting ? 0 : 1));
    }
  };
  add(kMany);
  const std::set<std::string> first_lasting = lasting;
  Transcript first_seen;
  Scrape first(bench.store, {}, {});
  for (int i = 0; i < 10; ++i) first.advance(first_seen, bench.now, 7);
  add(kMany / 2);
  Transcript second_seen;
  Scrape second(bench.store, {}, {});
  second.advance(second_seen, bench.now, kMany);
  bench.now += std::chrono::seconds(3);
  bench.expire();
  Transcript third_seen;
  third_seen.lines = bench.scrape();
  while (second.advance(second_seen, bench.now, 100)) {
  }
  while (first.advance(first_seen, bench.now, 100)) {
  }

  const auto first_names = family_names(first_seen);
  const auto second_names = family_names(second_seen);
  EXPECT_EQ(std::ranges::adjacent_find(first_names, std::ranges::greater_equal()),
            first_names.end());
  EXPECT_TRUE(std::ranges::includes(first_names, first_lasting));
  EXPECT_EQ(std::ranges::adjacent_find(second_names, std::ranges::greater_equal()),
            second_names.end());
  EXPECT_TRUE(std::ranges::includes(second_names, lasting));
  EXPECT_EQ(family_names(third_seen), std::vector<std::string>(lasting.begin(), lasting.end()));
  EXPECT_EQ(bench.scrape(), third_seen.lines);
}

}  // namespace
}  // namespace weir::metrics
