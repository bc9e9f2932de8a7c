// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/status_line.h"

#include <gtest/gtest.h>

namespace weir::app {
namespace {

using std::chrono::milliseconds;

TEST(StatusLine, HasTheRateSinceTheFiguresBeforeAndAllLosses) {
  EXPECT_EQ(status_line({12, 1700, 3, 1, 0}, {10, 700, 0, 0, 0}, milliseconds(2000)),
            "12 series, 500 lines/s, lost: 3 datagrams, 1 line, 0 samples");
}

TEST(StatusLine, HasNoRateForNoTime) {
  EXPECT_EQ(status_line({0, 5, 0, 0, 1}, {}, milliseconds(0)),
            "0 series, 0 lines/s, lost: 0 datagrams, 0 lines, 1 sample");
}

}  // namespace
}  // namespace weir::app
