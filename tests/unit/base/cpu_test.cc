// SPDX-License-Identifier: Apache-2.0
#include "weir/base/cpu.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

TEST(CpuLevelName, IsThatOfTheInstructions) {
  EXPECT_EQ(cpu_level_name(CpuLevel::Baseline), "baseline");
  EXPECT_EQ(cpu_level_name(CpuLevel::Avx2), "avx2");
  EXPECT_EQ(cpu_level_name(CpuLevel::Avx512), "avx512");
}

TEST(CpuLevelAtMost, IsTheBestWhereNoneIsNamed) {
  EXPECT_EQ(cpu_level_at_most(CpuLevel::Avx2, nullptr), CpuLevel::Avx2);
  EXPECT_EQ(cpu_level_at_most(CpuLevel::Avx512, ""), CpuLevel::Avx512);
}

TEST(CpuLevelAtMost, IsTheOneThatIsNamed) {
  EXPECT_EQ(cpu_level_at_most(CpuLevel::Avx512, "baseline"), CpuLevel::Baseline);
  EXPECT_EQ(cpu_level_at_most(CpuLevel::Avx512, "avx2"), CpuLevel::Avx2);
  EXPECT_EQ(cpu_level_at_most(CpuLevel::Avx512, "avx512"), CpuLevel::Avx512);
}

TEST(CpuLevelAtMost, RefusesWhatTheProcessorDoesNotHave) {
  EXPECT_THROW(static_cast<void>(cpu_level_at_most(CpuLevel::Avx2, "avx512")), std::runtime_error);
  EXPECT_THROW(static_cast<void>(cpu_level_at_most(CpuLevel::Avx512, "AVX2")), std::runtime_error);
}

}  // namespace
}  // namespace weir::base
