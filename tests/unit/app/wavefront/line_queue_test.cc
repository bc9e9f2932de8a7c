// SPDX-License-Identifier: Apache-2.0
#include "app/wavefront/line_queue.h"

#include <gtest/gtest.h>

namespace weir::app {
namespace {

TEST(LineQueue, GivesTheOldestFirst) {
  LineQueue queue(100);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.push({"one", 1}, false), 0U);
  EXPECT_EQ(queue.push({"two", 2}, false), 0U);
  EXPECT_EQ(queue.front().bytes, "one");
  EXPECT_EQ(queue.bytes(), 6U);
  queue.pop();
  EXPECT_EQ(queue.front().bytes, "two");
  EXPECT_EQ(queue.bytes(), 3U);
}

TEST(LineQueue, DropsTheOldestForANewerOne) {
  LineQueue queue(6);
  static_cast<void>(queue.push({"one", 1}, false));
  static_cast<void>(queue.push({"two", 2}, false));
  EXPECT_EQ(queue.push({"more", 4}, false), 3U);
  EXPECT_EQ(queue.front().bytes, "more");
  EXPECT_EQ(queue.bytes(), 4U);
}

TEST(LineQueue, KeepsWhatIsBeingSent) {
  LineQueue queue(6);
  static_cast<void>(queue.push({"one", 1}, false));
  static_cast<void>(queue.push({"two", 2}, true));
  EXPECT_EQ(queue.push({"six", 4}, true), 2U);
  EXPECT_EQ(queue.front().bytes, "one");
  EXPECT_EQ(queue.push({"four", 8}, true), 12U);
  EXPECT_EQ(queue.clear(), 1U);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0U);
}

TEST(LineQueue, DropsWhatAloneIsTooLong) {
  LineQueue queue(3);
  EXPECT_EQ(queue.push({"four", 4}, false), 4U);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace weir::app
