// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "store_fixture.h"

namespace weir::metrics {
namespace {

TEST(ScrapeBudget, VisitsFewerSeriesAtATimeTheLongerTheyAre) {
  const auto visited = [](std::size_t value_size) {
    StoreHarness bench;
    for (int i = 0; i < 20; ++i) {
      bench.count("foo", std::string(value_size, 'v') + std::to_string(i), i);
    }
    Transcript transcript;
    Scrape pass(bench.store, {}, {});
    pass.advance(transcript, bench.now, 8);
    return transcript.lines.size() - 1;
  };

  EXPECT_EQ(visited(10), 8U);
  EXPECT_EQ(visited(1000), 2U);
  EXPECT_EQ(visited(100'000), 1U);
}

}  // namespace
}  // namespace weir::metrics
