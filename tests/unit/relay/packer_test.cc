// SPDX-License-Identifier: Apache-2.0
#include "relay/packer.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace weir::relay {
namespace {

using Texts = std::vector<std::string>;

struct Packed {
  Texts packets;
  std::vector<std::size_t> lines;
  std::size_t too_long = 0;
};

// Hands `lines` to a packer as the relay does, and takes what is left at the end.
Packed pack(std::size_t packet_bytes_max, const Texts& lines) {
  Packer packer(packet_bytes_max);
  Packed packed;
  const auto take = [&] {
    if (packer.is_empty()) return;
    packed.packets.emplace_back(packer.packet().bytes);
    packed.lines.push_back(packer.packet().lines);
    packer.clear();
  };
  for (const auto& line : lines) {
    if (packer.is_too_long(line)) {
      ++packed.too_long;
      continue;
    }
    if (!packer.fits(line)) take();
    packer.append(line);
  }
  take();
  return packed;
}

TEST(Packer, EndsEachLineWithANewline) {
  const Packed packed = pack(100, {"a:1|c", "b:2|g"});

  EXPECT_EQ(packed.packets, (Texts{"a:1|c\nb:2|g\n"}));
  EXPECT_EQ(packed.lines, (std::vector<std::size_t>{2}));
}

TEST(Packer, FillsAPacketToTheLastByte) {
  const Packed packed = pack(8, {"abc", "def"});

  EXPECT_EQ(packed.packets, (Texts{"abc\ndef\n"}));
}

TEST(Packer, BeginsAPacketWithTheLineThatDoesNotFit) {
  const Packed packed = pack(7, {"abc", "def", "ghi"});

  EXPECT_EQ(packed.packets, (Texts{"abc\n", "def\n", "ghi\n"}));
  EXPECT_EQ(packed.lines, (std::vector<std::size_t>{1, 1, 1}));
}

TEST(Packer, KeepsTheOrderWhenAShorterLineWouldFit) {
  const Packed packed = pack(8, {"abcde", "fgh", "i"});

  EXPECT_EQ(packed.packets, (Texts{"abcde\n", "fgh\ni\n"}));
}

TEST(Packer, TakesALineThatFillsAPacketAlone) {
  const Packed packed = pack(4, {"abc"});

  EXPECT_EQ(packed.packets, (Texts{"abc\n"}));
  EXPECT_EQ(packed.too_long, 0U);
}

TEST(Packer, RefusesALineWithNoRoomForItsNewline) {
  const Packed packed = pack(4, {"ab", "abcd", "c"});

  EXPECT_EQ(packed.packets, (Texts{"ab\n", "c\n"}));
  EXPECT_EQ(packed.too_long, 1U);
}

TEST(Packer, RefusesEverythingWhenOnlyANewlineFits) {
  const Packed packed = pack(1, {"a", "bc"});

  EXPECT_EQ(packed.packets, Texts{});
  EXPECT_EQ(packed.too_long, 2U);
}

TEST(Packer, PacksEachLineAloneWithoutALimit) {
  const std::string longest(100'000, 'x');

  const Packed packed = pack(0, {"a", longest, "b"});

  EXPECT_EQ(packed.packets, (Texts{"a\n", longest + "\n", "b\n"}));
  EXPECT_EQ(packed.too_long, 0U);
}

TEST(Packer, KeepsTheBytesOfALine) {
  const std::string line("\0\xff\r", 3);

  EXPECT_EQ(pack(10, {line}).packets, (Texts{line + "\n"}));
}

TEST(Packer, LosesReordersAndSplitsNothing) {
  constexpr std::size_t kLimitMax = 40;
  std::minstd_rand random(20'261'121);
  for (std::size_t limit = 1; limit <= kLimitMax; ++limit) {
    Texts lines(200);
    std::string expected;
    std::size_t too_long = 0;
    for (auto& line : lines) {
      line.assign(1 + random() % kLimitMax, static_cast<char>('a' + random() % 26));
      line.size() < limit ? void(expected += line + "\n") : void(++too_long);
    }

    const Packed packed = pack(limit, lines);

    std::string joined;
    for (std::size_t i = 0; i < packed.packets.size(); ++i) {
      const std::string& packet = packed.packets[i];
      joined += packet;
      EXPECT_LE(packet.size(), limit);
      EXPECT_TRUE(packet.ends_with('\n'));
      if (i + 1 == packed.packets.size()) continue;
      const std::string& next = packed.packets[i + 1];
      EXPECT_GT(packet.size() + next.find('\n') + 1, limit) << "a packet left room unused";
    }
    EXPECT_EQ(joined, expected);
    EXPECT_EQ(packed.too_long, too_long);
  }
}

}  // namespace
}  // namespace weir::relay
