// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/sample_ring.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace weir::insight {
namespace {

std::string popped(SampleRing& ring) {
  std::string text = "none";
  ring.pop([&text](const SampledLine& line) {
    text = std::string(line.line) + ' ' + std::string(line.transport) + ' ' +
           std::string(line.sender) + ' ' + std::to_string(line.weight);
  });
  return text;
}

TEST(SampleRing, GivesBackWhatWasPutInInItsOrder) {
  SampleRing ring(1024);
  EXPECT_EQ(popped(ring), "none");
  ASSERT_TRUE(ring.push({"a:1|c", "udp", "10.0.0.1", 3}));
  ASSERT_TRUE(ring.push({std::string_view("\xff\0x", 3), "tcp", "", 1}));

  EXPECT_EQ(popped(ring), "a:1|c udp 10.0.0.1 3");
  EXPECT_EQ(popped(ring), std::string("\xff\0x", 3) + " tcp  1");
  EXPECT_EQ(popped(ring), "none");
}

TEST(SampleRing, RefusesWhatFindsNoRoomAndGoesOn) {
  SampleRing ring(256);
  int kept = 0;
  while (ring.push({"abcdefgh", "udp", "s", 1})) ++kept;
  EXPECT_GE(kept, 2);
  EXPECT_FALSE(ring.push({std::string(300, 'x'), "udp", "s", 1}));

  EXPECT_EQ(popped(ring), "abcdefgh udp s 1");
  EXPECT_TRUE(ring.push({"later", "udp", "s", 1}));
  for (int i = 1; i < kept; ++i) EXPECT_EQ(popped(ring), "abcdefgh udp s 1");
  EXPECT_EQ(popped(ring), "later udp s 1");
  EXPECT_EQ(popped(ring), "none");
}

TEST(SampleRing, RefusesALineThatIsLongerThanAllOfIt) {
  SampleRing ring(128);
  EXPECT_FALSE(ring.push({std::string(128, 'x'), "udp", "", 1}));
  EXPECT_EQ(popped(ring), "none");
}

// Lines of all lengths, many times around, between two threads: none is torn, and each comes once.
TEST(SampleRing, CarriesLinesFromThreadToThread) {
  constexpr std::uint64_t kLines = 10'000;
  SampleRing ring(1024);
  std::thread writer([&ring] {
    for (std::uint64_t i = 1; i <= kLines; ++i) {
      const std::string line(i % 200, static_cast<char>('a' + i % 26));
      while (!ring.push({line, "udp", "sender", i})) std::this_thread::yield();
    }
  });
  std::uint64_t expected = 1;
  while (expected <= kLines) {
    const bool came = ring.pop([&expected](const SampledLine& line) {
      ASSERT_EQ(line.weight, expected);
      ASSERT_EQ(line.line, std::string(expected % 200, static_cast<char>('a' + expected % 26)));
      ASSERT_EQ(line.sender, "sender");
      ++expected;
    });
    if (!came) std::this_thread::yield();
    if (testing::Test::HasFatalFailure()) break;
  }
  writer.join();
}

}  // namespace
}  // namespace weir::insight
