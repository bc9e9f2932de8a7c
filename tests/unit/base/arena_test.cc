// SPDX-License-Identifier: Apache-2.0
#include "weir/base/arena.h"

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
