// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "store_fixture.h"

namespace weir::metrics {
namespace {

TEST(LabelSpread, IsOfTheLabelWithTheMostValues) {
  StoreHarness bench;
  for (int i = 0; i < 9; ++i) {
    const std::string at = std::to_string(i);
    bench.admit("m", Type::Gauge,
                R"("a,b"="x\"",id=")" + at + R"(",zone=")" + (i < 3 ? at : "0") + "\"",
                R"("a,b",id,zone)");
  }

  const auto spread = bench.store.widest_label("m");

  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->label, "id");
  EXPECT_EQ(spread->values, 9U);
  EXPECT_EQ(spread->series, 9U);
}

TEST(LabelSpread, LooksAtSomeOfMany) {
  StoreHarness bench;
  for (int i = 0; i < 1000; ++i) {
    bench.count("m", std::to_string(i), 1);
    if (i == 600) bench.scrape();
  }

  const auto spread = bench.store.widest_label("m");

  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->label, "a");
  EXPECT_EQ(spread->values, 250U);
  EXPECT_EQ(spread->series, 250U);
}

TEST(LabelSpread, IsNoneWithoutLabelsAndWithoutTheFamily) {
  StoreHarness bench;
  bench.admit("m", Type::Gauge);

  EXPECT_FALSE(bench.store.widest_label("m"));
  EXPECT_FALSE(bench.store.widest_label("n"));
}

}  // namespace
}  // namespace weir::metrics
