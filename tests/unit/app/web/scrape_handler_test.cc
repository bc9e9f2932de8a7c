// SPDX-License-Identifier: Apache-2.0
#include "app/web/scrape_handler.h"

#include <chrono>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

std::string whole_page(http::Response& response) {
  std::string page;
  while (response.chunks->next(page)) {
  }
  return page;
}

TEST(ScrapeHandler, CountsAScrapeAsInFlightUntilItsResponseIsGone) {
  metrics::Store store({}, {}, 1, {base::TimePoint(std::chrono::hours(1)), {}});
  std::optional<std::uint64_t> seen;
  ScrapeHandler handler(store, {}, [&] {
    seen = handler.counts().in_flight;
    return std::vector<metrics::SelfFamily>{{"a", "Help.", metrics::Type::Gauge, {{"", 3}}}};
  });
  {
    http::Response response = handler.scrape({});
    EXPECT_EQ(seen, 1);
    EXPECT_EQ(whole_page(response), "# HELP a Help.\n# TYPE a gauge\na 3\n");
    EXPECT_EQ(handler.counts().done, 0);
  }
  EXPECT_EQ(handler.counts().in_flight, 0);
  EXPECT_EQ(handler.counts().done, 1);
}

}  // namespace
}  // namespace weir::app
