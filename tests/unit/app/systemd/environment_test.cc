// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/environment.h"

#include <gtest/gtest.h>

namespace weir::app {
namespace {

using std::chrono::microseconds;

TEST(WatchdogTime, IsTheNumberOfMicroseconds) {
  EXPECT_EQ(watchdog_time("30000000", "", 7), microseconds(30'000'000));
  EXPECT_EQ(watchdog_time("1", "7", 7), microseconds(1));
}

TEST(WatchdogTime, IsNoneForAnotherProcess) {
  EXPECT_EQ(watchdog_time("30000000", "8", 7), std::nullopt);
  EXPECT_EQ(watchdog_time("30000000", "x", 7), std::nullopt);
}

TEST(WatchdogTime, IsNoneWhenItIsNoTime) {
  for (const auto* const text :
       {"", "0", "-1", "+1", " 1", "1s", "0x10", "31536000000001", "99999999999999999999"}) {
    EXPECT_EQ(watchdog_time(text, "", 7), std::nullopt) << text;
  }
  EXPECT_NE(watchdog_time("31536000000000", "", 7), std::nullopt) << "a year";
}

}  // namespace
}  // namespace weir::app
