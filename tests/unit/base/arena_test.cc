// SPDX-License-Identifier: Apache-2.0
#include "weir/base/arena.h"

#include <cstddef>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

namespace weir::base {
namespace {

TEST(Arena, UsesABlockAgainForBlocksOfItsSizeAlone) {
  Arena arena;
  const auto first = arena.allocate(24);

  arena.release(first, 20);

  EXPECT_NE(arena.allocate(32), first);
  EXPECT_EQ(arena.allocate(17), first) << "of 24 bytes, as all sizes are rounded up";
  EXPECT_NE(arena.allocate(24), first);
}

TEST(Arena, CountsTheBytesInUse) {
  Arena arena;
  EXPECT_EQ(arena.bytes_used(), 0U);

  const auto first = arena.allocate(20);
  EXPECT_EQ(arena.bytes_used(), 24U);
  arena.release(first, 20);
  EXPECT_EQ(arena.bytes_used(), 0U);
  static_cast<void>(arena.allocate(24));
  EXPECT_EQ(arena.bytes_used(), 24U);
}

TEST(Arena, NeverHandsOutTheHandleOfNone) {
  Arena arena;

  EXPECT_NE(arena.allocate(Arena::kUnitBytes), 0U);
}

TEST(Arena, GoesOnInAnotherChunkWhenOneIsFull) {
  constexpr std::size_t kMost = Arena::kChunkBytes - Arena::kUnitBytes;
  Arena arena;
  const auto first = arena.allocate(kMost);
  const auto second = arena.allocate(kMost);

  arena.at(first)[kMost - 1] = 'a';
  arena.at(second)[kMost - 1] = 'b';

  EXPECT_EQ(arena.at(first)[kMost - 1], 'a');
  EXPECT_EQ(arena.at(second)[kMost - 1], 'b');
}

TEST(Arena, CutsALargerBlockAndBeginsWhatIsLeftWithZeros) {
  Arena arena;
  const auto large = arena.allocate(80);
  std::memset(arena.at(large), 'x', 80);
  arena.release(large, 80);

  const auto first = arena.allocate(16, Arena::Reuse::Larger);
  const auto rest = arena.allocate(64);

  EXPECT_EQ(first, large);
  EXPECT_EQ(std::string(arena.at(first), 16), std::string(16, 'x')) << "what its last owner left";
  EXPECT_EQ(rest, large + 2);
  EXPECT_EQ(std::string(arena.at(rest), Arena::kUnitBytes), std::string(Arena::kUnitBytes, '\0'));
  EXPECT_EQ(arena.bytes_used(), 80U);
}

TEST(Arena, LeavesABlockWholeThatHasLittleToSpare) {
  constexpr std::size_t kSpareBytes = Arena::kSpareUnitsMax * Arena::kUnitBytes;
  Arena arena;
  const auto first = arena.allocate(40 + kSpareBytes);
  arena.release(first, 40 + kSpareBytes);

  const Arena::Block block = arena.allocate_spaciously(36, Arena::Reuse::Larger);

  EXPECT_EQ(block.handle, first);
  EXPECT_EQ(block.spare_units, Arena::kSpareUnitsMax);
  EXPECT_EQ(arena.bytes_used(), 40 + kSpareBytes);

  arena.release(first, 36 + kSpareBytes);
  EXPECT_EQ(arena.bytes_used(), 0U);
  EXPECT_EQ(arena.allocate(40 + kSpareBytes), first) << "no unit of it is lost";
}

TEST(Arena, CutsABlockThatHasMoreToSpare) {
  constexpr std::size_t kLeft = (Arena::kSpareUnitsMax + 1) * Arena::kUnitBytes;
  Arena arena;
  arena.release(arena.allocate(40 + kLeft), 40 + kLeft);

  EXPECT_EQ(arena.allocate_spaciously(40, Arena::Reuse::Larger).spare_units, 0U);
  EXPECT_EQ(arena.fresh_bytes(kLeft), 0U);
}

TEST(StringArena, KeepsTextsOfEveryBytes) {
  StringArena arena;
  const std::string text("a\0b", 3);

  const auto kept = arena.add(text);
  const auto empty = arena.add("");
  const auto nothing = arena.add({});

  EXPECT_EQ(arena.at(kept), text);
  EXPECT_EQ(arena.at(empty), "");
  EXPECT_EQ(arena.at(nothing), "");
}

}  // namespace
}  // namespace weir::base
