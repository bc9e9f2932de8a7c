// SPDX-License-Identifier: Apache-2.0
#include "app/tap/byte_ring.h"

#include <cstring>
#include <string>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

namespace weir::app {
namespace {

bool put(ByteRing& ring, std::string_view bytes) {
  char* const to = ring.reserve(bytes.size());
  if (to == nullptr) return false;
  std::memcpy(to, bytes.data(), bytes.size());
  ring.commit();
  return true;
}

// "none" when there is nothing.
std::string take(ByteRing& ring) {
  const auto record = ring.front();
  if (!record) return "none";
  std::string bytes(*record);
  ring.pop();
  return bytes;
}

TEST(ByteRing, HandsRecordsOverInTheirOrder) {
  ByteRing ring(64);

  EXPECT_TRUE(put(ring, "one"));
  EXPECT_TRUE(put(ring, ""));
  EXPECT_TRUE(put(ring, "three"));

  EXPECT_EQ(take(ring), "one");
  EXPECT_EQ(take(ring), "");
  EXPECT_EQ(take(ring), "three");
  EXPECT_EQ(take(ring), "none");
}

TEST(ByteRing, ShowsNothingThatIsNotHandedOver) {
  ByteRing ring(64);

  EXPECT_NE(ring.reserve(3), nullptr);

  EXPECT_EQ(take(ring), "none");
}

TEST(ByteRing, TakesNoMoreThanThereIsRoomFor) {
  ByteRing ring(64);
  EXPECT_TRUE(put(ring, std::string(24, 'a')));
  EXPECT_TRUE(put(ring, std::string(24, 'b')));

  EXPECT_FALSE(put(ring, ""));
  EXPECT_EQ(take(ring), std::string(24, 'a'));
  EXPECT_TRUE(put(ring, std::string(24, 'c')));
  EXPECT_FALSE(put(ring, ""));

  EXPECT_EQ(take(ring), std::string(24, 'b'));
  EXPECT_EQ(take(ring), std::string(24, 'c'));
}

TEST(ByteRing, KeepsRecordsInOnePieceAtItsEnd) {
  ByteRing ring(64);
  EXPECT_TRUE(put(ring, std::string(40, 'a')));
  EXPECT_EQ(take(ring), std::string(40, 'a'));

  // 16 bytes are left to the end.
  EXPECT_TRUE(put(ring, std::string(24, 'b')));
  EXPECT_FALSE(put(ring, std::string(24, 'c')));
  EXPECT_TRUE(put(ring, std::string(8, 'c')));

  EXPECT_EQ(take(ring), std::string(24, 'b'));
  EXPECT_EQ(take(ring), std::string(8, 'c'));
}

TEST(ByteRing, NeverTakesARecordThatIsTooLong) {
  ByteRing ring(64);

  EXPECT_FALSE(put(ring, std::string(57, 'a')));
  EXPECT_TRUE(put(ring, std::string(56, 'a')));
}

TEST(ByteRing, LosesNothingBetweenTwoThreads) {
  constexpr int kRecords = 50'000;
  ByteRing ring(1024);
  std::thread writer([&ring] {
    for (int i = 0; i < kRecords; ++i) {
      const std::string bytes(static_cast<std::size_t>(i % 100), static_cast<char>(i));
      while (!put(ring, bytes)) std::this_thread::yield();
    }
  });

  for (int i = 0; i < kRecords; ++i) {
    while (!ring.front()) std::this_thread::yield();
    ASSERT_EQ(take(ring), std::string(static_cast<std::size_t>(i % 100), static_cast<char>(i)));
  }
  writer.join();
}

}  // namespace
}  // namespace weir::app
