// SPDX-License-Identifier: Apache-2.0
#include "weir/influxwrite/write_queue.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace weir::influxwrite {
namespace {

constexpr base::TimePoint kStart{std::chrono::hours(1)};

Batch batch(char letter, std::size_t bytes, base::TimePoint made = kStart) {
  return {std::string(bytes, letter), bytes * 10, made};
}

TEST(WriteQueue, GivesTheOldestFirst) {
  WriteQueue queue(100);
  queue.push(batch('a', 1));
  queue.push(batch('b', 2));

  EXPECT_EQ(queue.bytes(), 3U);
  EXPECT_EQ(queue.points(), 30U);
  EXPECT_EQ(queue.take_front().body, "a");
  EXPECT_EQ(queue.begin_front().body, "bb");
  queue.take_front();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0U);
}

TEST(WriteQueue, DropsTheOldestForTheNewest) {
  WriteQueue queue(5);
  queue.push(batch('a', 2));
  queue.push(batch('b', 2));

  const auto dropped = queue.push(batch('c', 3));

  EXPECT_EQ(dropped.batches, 1U);
  EXPECT_EQ(dropped.points, 20U);
  EXPECT_EQ(queue.take_front().body, "bb");
}

TEST(WriteQueue, KeepsTheOneUnderWay) {
  WriteQueue queue(5);
  queue.push(batch('a', 2));
  queue.push(batch('b', 2));
  const Batch& under_way = queue.begin_front();

  queue.push(batch('c', 3));
  EXPECT_EQ(under_way.body, "aa");
  EXPECT_EQ(queue.push(batch('d', 4)).batches, 2U);

  EXPECT_EQ(queue.size(), 1U);
  queue.end_front();
  queue.push(batch('e', 4));
  EXPECT_EQ(queue.take_front().body, "eeee");
}

TEST(WriteQueue, DropsOneThatNeverFits) {
  WriteQueue queue(5);
  queue.push(batch('a', 2));

  EXPECT_EQ(queue.push(batch('b', 6)).points, 80U);
  EXPECT_TRUE(queue.empty());
}

TEST(WriteQueue, PutsHalvesInTheirPlace) {
  WriteQueue queue(100);
  queue.push(batch('a', 4));
  queue.push(batch('b', 1));
  queue.take_front();

  queue.put_back(batch('c', 2), batch('d', 2));

  EXPECT_EQ(queue.take_front().body, "cc");
  EXPECT_EQ(queue.take_front().body, "dd");
  EXPECT_EQ(queue.take_front().body, "b");
}

TEST(WriteQueue, DropsWhatIsTooOldButNotUnderWay) {
  WriteQueue queue(100);
  queue.push(batch('a', 1));
  queue.push(batch('b', 1, kStart + std::chrono::seconds(1)));
  queue.begin_front();
  EXPECT_EQ(queue.drop_before(kStart + std::chrono::seconds(1)).batches, 0U);
  queue.end_front();

  EXPECT_EQ(queue.drop_before(kStart + std::chrono::seconds(1)).batches, 1U);
  EXPECT_EQ(queue.take_front().body, "b");
}

TEST(WriteQueue, DropsAllAtTheEnd) {
  WriteQueue queue(100);
  queue.push(batch('a', 1));
  queue.push(batch('b', 1));
  queue.begin_front();

  EXPECT_EQ(queue.drop_all().batches, 2U);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace weir::influxwrite
