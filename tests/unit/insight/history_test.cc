// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/history.h"

#include <chrono>

#include <gtest/gtest.h>

namespace weir::insight {
namespace {

using namespace std::chrono_literals;

base::Instant at(std::chrono::nanoseconds time) {
  return {base::TimePoint(1h + time), base::UnixTime(time)};
}

HistoryPoint point(std::uint64_t lines, std::uint64_t lost = 0) {
  return {lines, 2 * lines, {lost}, 7, 100.0, std::nullopt};
}

TEST(History, SaysWhatGrewPerSecond) {
  History history;
  EXPECT_EQ(history.end(), std::nullopt);
  history.add(point(10), at(0s));
  history.add(point(60, 5), at(5s));
  history.add(point(80, 5), at(15s));

  ASSERT_EQ(history.steps().size(), 3);
  EXPECT_EQ(history.steps()[0].lines, std::nullopt);
  EXPECT_EQ(history.steps()[0].losses[0], std::nullopt);
  EXPECT_EQ(history.steps()[1].lines, 10);
  EXPECT_EQ(history.steps()[1].datagrams, 20);
  EXPECT_EQ(history.steps()[1].losses[0], 1);
  // A step that took longer.
  EXPECT_EQ(history.steps()[2].lines, 2);
  EXPECT_EQ(history.steps()[2].losses[0], 0);
  EXPECT_EQ(history.steps()[2].series, 7);
  EXPECT_EQ(history.steps()[2].resident_bytes, 100);
  EXPECT_EQ(history.end(), base::UnixTime(15s));
}

TEST(History, KeepsFifteenMinutes) {
  History history;
  for (int i = 0; i < 200; ++i) history.add(point(static_cast<std::uint64_t>(i)), at(5s * i));

  EXPECT_EQ(History::kPointsMax * History::kStep, 15min);
  EXPECT_EQ(history.steps().size(), History::kPointsMax);
  EXPECT_NE(history.steps().front().lines, std::nullopt);
}

TEST(History, ACountThatSeemsToShrinkDidNotGrow) {
  History history;
  history.add(point(10), at(0s));
  history.add(point(9), at(5s));

  EXPECT_EQ(history.steps()[1].lines, 0);
}

}  // namespace
}  // namespace weir::insight
