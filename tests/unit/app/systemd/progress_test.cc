// SPDX-License-Identifier: Apache-2.0
#include "app/systemd/progress.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

using Beats = std::array<std::uint64_t, 2>;

TEST(Progress, TakesALoopForStuckAfterSoManyLooksWithoutABeat) {
  Progress progress(3);
  progress.look(Beats{5, 5});
  progress.look(Beats{6, 5});
  progress.look(Beats{7, 5});
  EXPECT_EQ(progress.stuck(), std::nullopt);
  progress.look(Beats{8, 5});
  EXPECT_EQ(progress.stuck(), 1);
  progress.look(Beats{9, 6});
  EXPECT_EQ(progress.stuck(), std::nullopt);
}

TEST(Progress, NamesTheFirstOfThoseThatAreStuck) {
  Progress progress(1);
  progress.look(Beats{1, 1});
  progress.look(Beats{1, 1});
  EXPECT_EQ(progress.stuck(), 0);
}

TEST(Progress, CountsTheTimeToTheFirstBeat) {
  Progress progress(2);
  progress.look(Beats{1, 0});
  EXPECT_EQ(progress.stuck(), std::nullopt);
  progress.look(Beats{2, 0});
  EXPECT_EQ(progress.stuck(), 1);
}

TEST(Progress, HasAllBeatenOnceEachLoopHas) {
  Progress progress(10);
  progress.look(Beats{1, 0});
  EXPECT_FALSE(progress.take_all_beaten());
  progress.look(Beats{1, 1});
  EXPECT_TRUE(progress.take_all_beaten());
  EXPECT_FALSE(progress.take_all_beaten()) << "since the last time";
  progress.look(Beats{2, 1});
  EXPECT_FALSE(progress.take_all_beaten());
  progress.look(Beats{2, 2});
  EXPECT_TRUE(progress.take_all_beaten());
}

}  // namespace
}  // namespace weir::app
