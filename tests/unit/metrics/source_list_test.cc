// SPDX-License-Identifier: Apache-2.0
#include "metrics/source_list.h"

#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

TEST(SourceList, HasEqualOnesOnce) {
  SourceList sources;
  const auto first = sources.add({1, 2, nullptr});
  const auto other = sources.add({1, 3, nullptr});

  EXPECT_NE(first, other);
  EXPECT_EQ(sources.add({1, 2, nullptr}), first);
  EXPECT_EQ(sources.at(first).origin, 1U);
  EXPECT_EQ(sources.at(first).generation, 2U);
  EXPECT_EQ(sources.at(other).generation, 3U);
}

TEST(SourceList, KeepsNoOriginsThatMayGo) {
  const std::unordered_set<std::uint64_t> origins{1};
  SourceList sources;

  EXPECT_EQ(sources.at(sources.add({1, 2, &origins})).origins, nullptr);
}

TEST(SourceList, ForgetsOneWithItsLastUser) {
  SourceList sources;
  const auto gone = sources.add({1, 2, nullptr});
  EXPECT_EQ(sources.add({1, 2, nullptr}), gone);
  sources.remove(gone);
  EXPECT_NE(sources.add({5, 6, nullptr}), gone);
  sources.remove(gone);

  EXPECT_EQ(sources.add({7, 8, nullptr}), gone);
  EXPECT_EQ(sources.at(gone).origin, 7U);
  EXPECT_NE(sources.add({1, 2, nullptr}), gone);
}

}  // namespace
}  // namespace weir::metrics
