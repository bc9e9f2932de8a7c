// SPDX-License-Identifier: Apache-2.0
#include "app/web/scrape_handler.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include <fmt/format.h>
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

// Families 0 to `count`, of which a piece of the page names those that are wanted.
void add_families(metrics::Store& store, int count) {
  metrics::Definition definition;
  metrics::SeriesRequest request;
  request.definition = &definition;
  for (int i = 0; i < count; ++i) {
    const std::string name = fmt::format("f{:06}", i);
    request.name = name;
    store.admit(request, base::TimePoint(std::chrono::hours(1)));
  }
}

TEST(ScrapeHandler, LooksAtABoundedNumberOfFamiliesForAPieceOfThePage) {
  constexpr int kFamilies = 20'000;
  // Every so manyth is wanted, so that a piece shows how many were looked at for it.
  constexpr int kSpacing = 1000;
  constexpr int kInAPieceMax = 8192 / kSpacing + 1;
  metrics::Store store({}, {}, 1, {base::TimePoint(std::chrono::hours(1)), {}});
  add_families(store, kFamilies);
  ScrapeHandler handler(store, {}, [] { return std::vector<metrics::SelfFamily>(); });
  http::Request request;
  for (int i = 0; i < kFamilies; i += kSpacing) {
    request.query += fmt::format("name[]=f{:06}&", i);
  }

  http::Response response = handler.scrape(request);
  int found = 0;
  bool has_more = true;
  while (has_more) {
    std::string piece;
    has_more = response.chunks->next(piece);
    const auto samples = std::ranges::count(piece, '\n') / 3;
    EXPECT_LE(samples, kInAPieceMax);
    found += static_cast<int>(samples);
  }

  EXPECT_EQ(found, kFamilies / kSpacing);
}

}  // namespace
}  // namespace weir::app
