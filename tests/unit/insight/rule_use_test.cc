// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/rule_use.h"

#include <array>
#include <chrono>
#include <cstdint>

#include <gtest/gtest.h>

namespace weir::insight {
namespace {

using namespace std::chrono_literals;

TEST(RuleUse, NotesWhenACountHasGrown) {
  RuleUse use;
  use.begin(2);
  use.look(std::array<std::uint64_t, 2>{0, 3}, base::UnixTime(1s));
  use.look(std::array<std::uint64_t, 2>{0, 3}, base::UnixTime(2s));

  EXPECT_EQ(use.records()[0].samples, 0);
  EXPECT_EQ(use.records()[0].last_used, std::nullopt);
  EXPECT_EQ(use.records()[1].samples, 3);
  EXPECT_EQ(use.records()[1].last_used, base::UnixTime(1s));
  use.look(std::array<std::uint64_t, 2>{1, 4}, base::UnixTime(3s));
  EXPECT_EQ(use.records()[0].last_used, base::UnixTime(3s));
  EXPECT_EQ(use.records()[1].last_used, base::UnixTime(3s));
}

TEST(RuleUse, BeginsAnewWithOtherRules) {
  RuleUse use;
  use.begin(1);
  use.look(std::array<std::uint64_t, 1>{5}, base::UnixTime(1s));
  use.begin(2);

  ASSERT_EQ(use.records().size(), 2);
  EXPECT_EQ(use.records()[0].samples, 0);
  EXPECT_EQ(use.records()[0].last_used, std::nullopt);
  // Of the rules before.
  use.look(std::array<std::uint64_t, 1>{5}, base::UnixTime(2s));
  EXPECT_EQ(use.records()[0].samples, 0);
}

}  // namespace
}  // namespace weir::insight
