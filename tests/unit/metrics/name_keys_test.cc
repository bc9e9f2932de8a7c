// SPDX-License-Identifier: Apache-2.0
#include "metrics/name_keys.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

TEST(NameKeys, LookBehindWhatAllBeginWith) {
  const NameKeys keys("requests_a", "requests_zz");

  EXPECT_EQ(keys.of("requests_"), 0U);
  EXPECT_LT(keys.of("requests_a"), keys.of("requests_b"));
  EXPECT_LT(keys.of("requests_b"), keys.of("requests_ba"));
  EXPECT_LT(keys.of("requests_baaaaaaa"), keys.of("requests_baaaaaab"));
  EXPECT_EQ(keys.of("requests_baaaaaaax"), keys.of("requests_baaaaaaay"));
}

TEST(NameKeys, PutWhatBeginsOtherwiseFirstOrLast) {
  const NameKeys keys("requests_by_endpoint_a", "requests_by_endpoint_z");

  for (const char* const name :
       {"", "a", "requests", "requests_by_endpoint", "requests_by_codes_and_endpoint"}) {
    EXPECT_EQ(keys.of(name), 0U) << name;
  }
  for (const char* const name :
       {"s", "requests_by_hosts_and_endpoints", "requests_by_endpoints_and_hosts"}) {
    EXPECT_EQ(keys.of(name), NameKeys::kLast) << name;
  }
}

TEST(NameKeys, OfOneNameTellItFromOthers) {
  const NameKeys keys("same", "same");

  EXPECT_EQ(keys.of("same"), 0U);
  EXPECT_GT(keys.of("same_and_more"), 0U);
}

// Whatever bytes they have, and however long what all begin with is.
TEST(NameKeys, AreInTheOrderOfTheNames) {
  std::mt19937 random(1);
  for (std::size_t beginning = 0; beginning < 40; ++beginning) {
    std::vector<std::string> names;
    for (int i = 0; i < 500; ++i) {
      std::string name(beginning, 'b');
      if (beginning > 0 && random() % 8 == 0) name[random() % beginning] = "a\xff"[random() % 2];
      for (std::size_t size = random() % 12; size > 0; --size) {
        name += "\x01\x02y\x7f\x80\xff"[random() % 6];
      }
      names.push_back(std::move(name));
    }
    std::ranges::sort(names);
    const std::size_t from = random() % 250;
    const NameKeys keys(names[from], names[from + 250]);
    for (std::size_t i = 1; i < names.size(); ++i) {
      EXPECT_LE(keys.of(names[i - 1]), keys.of(names[i])) << names[i - 1] << ' ' << names[i];
    }
  }
}

}  // namespace
}  // namespace weir::metrics
