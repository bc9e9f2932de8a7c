// SPDX-License-Identifier: Apache-2.0
#include "weir/base/log_gate.h"

#include <gtest/gtest.h>

namespace weir::base {
namespace {

TEST(LogGate, LetsOneThroughPerInterval) {
  using std::chrono::seconds;
  const TimePoint start{seconds(1000)};
  LogGate gate;

  EXPECT_TRUE(gate.pass(start));
  EXPECT_FALSE(gate.pass(start));
  EXPECT_FALSE(gate.pass(start + LogGate::kInterval - std::chrono::nanoseconds(1)));
  EXPECT_TRUE(gate.pass(start + LogGate::kInterval));
  EXPECT_FALSE(gate.pass(start + LogGate::kInterval));
}

}  // namespace
}  // namespace weir::base
