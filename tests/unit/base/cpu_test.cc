// SPDX-License-Identifier: Apache-2.0
#include "weir/base/cpu.h"

#include <gtest/gtest.h>

namespace weir::base {
namespace {

TEST(CpuLevelName, IsThatOfTheInstructions) {
  EXPECT_EQ(cpu_level_name(CpuLevel::Baseline), "baseline");
  EXPECT_EQ(cpu_level_name(CpuLevel::Avx2), "avx2");
  EXPECT_EQ(cpu_level_name(CpuLevel::Avx512), "avx512");
}

}  // namespace
}  // namespace weir::base
