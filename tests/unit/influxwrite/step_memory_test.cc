// SPDX-License-Identifier: Apache-2.0
#include "weir/influxwrite/step_memory.h"

#include <chrono>
#include <optional>

#include <gtest/gtest.h>

namespace weir::influxwrite {
namespace {

using Step = StepMemory::Step;

constexpr base::UnixTime kMemoryBegin{std::chrono::seconds(1000)};
constexpr base::UnixTime kBefore = kMemoryBegin - std::chrono::milliseconds(100);

void forget(StepMemory& memory) {
  while (memory.forget_some()) {
  }
}

TEST(StepMemory, CountsAYoungSeriesFromZero) {
  StepMemory memory(kMemoryBegin);
  memory.begin_step(Step::Ordinary);

  EXPECT_EQ(memory.advance(1, 5, kMemoryBegin), 5);
  memory.begin_step(Step::Ordinary);
  EXPECT_EQ(memory.advance(1, 7, kMemoryBegin), 2);
}

TEST(StepMemory, CountsAnOldSeriesFromWhereItIsFirstSeen) {
  StepMemory memory(kMemoryBegin);
  memory.begin_step(Step::Ordinary);

  EXPECT_EQ(memory.advance(1, 5, kBefore), std::nullopt);
  memory.begin_step(Step::Ordinary);
  EXPECT_EQ(memory.advance(1, 5.5, kBefore), 0.5);
}

TEST(StepMemory, LeavesYoungSeriesToTheStepAfterTheFirstLook) {
  StepMemory memory(kMemoryBegin);
  memory.begin_step(Step::FirstLook);
  EXPECT_EQ(memory.advance(1, 5, kMemoryBegin), std::nullopt);
  EXPECT_EQ(memory.advance(2, 50, kBefore), std::nullopt);

  memory.begin_step(Step::Ordinary);
  EXPECT_EQ(memory.advance(1, 6, kMemoryBegin), 6);
  EXPECT_EQ(memory.advance(2, 51, kBefore), 1);
}

TEST(StepMemory, CountsASeriesThatWasMadeAnewFromZero) {
  StepMemory memory(kMemoryBegin);
  memory.begin_step(Step::Ordinary);
  static_cast<void>(memory.advance(1, 5, kMemoryBegin));
  memory.begin_step(Step::Ordinary);

  EXPECT_EQ(memory.advance(1, 9, kMemoryBegin + std::chrono::seconds(5)), 9);
}

TEST(StepMemory, TakesLessForAChangeLikeAnyOther) {
  StepMemory memory(kMemoryBegin);
  memory.begin_step(Step::Ordinary);
  static_cast<void>(memory.advance(1, 5, kMemoryBegin));
  memory.begin_step(Step::Ordinary);

  EXPECT_EQ(memory.advance(1, 3, kMemoryBegin), -2);
}

TEST(StepMemory, SaysTheSameAgainWithinAStep) {
  StepMemory memory(kMemoryBegin);
  memory.begin_step(Step::Ordinary);
  EXPECT_EQ(memory.of_this_step(1), std::nullopt);
  static_cast<void>(memory.advance(1, 5, kMemoryBegin));

  EXPECT_EQ(memory.advance(1, 5, kMemoryBegin), 5);
  EXPECT_EQ(memory.of_this_step(1), 5);
  memory.begin_step(Step::Ordinary);
  EXPECT_EQ(memory.of_this_step(1), std::nullopt);
}

TEST(StepMemory, ForgetsWhatAStepDidNotHave) {
  StepMemory memory(kMemoryBegin);
  memory.begin_step(Step::Ordinary);
  for (std::uint64_t key = 0; key < 1000; ++key) {
    static_cast<void>(memory.advance(key << 50U, 1, kMemoryBegin));
  }
  forget(memory);
  ASSERT_EQ(memory.size(), 1000U);
  memory.begin_step(Step::Ordinary);
  static_cast<void>(memory.advance(7ULL << 50U, 1, kMemoryBegin));

  forget(memory);

  EXPECT_EQ(memory.size(), 1U);
}

}  // namespace
}  // namespace weir::influxwrite
