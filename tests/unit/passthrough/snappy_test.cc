// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/snappy.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::passthrough {
namespace {

// Both made by the snappy library 1.1.9, the stream by its description.
constexpr std::string_view kPlain = "# TYPE a gauge\na{b=\"c\"} 1\na{b=\"d\"} 2\n";
const std::string kBlock = "\x25\x90# TYPE a gauge\na{b=\"c\"} 1\na{b=\"d\"} 2\n";
const std::string kChecksum = "\xb9\x0b\xcc\xa2";

std::string size_of(std::size_t size) { return {static_cast<char>(size), '\0', '\0'}; }

std::string stream_of(const std::string& checksum) {
  std::string stream("\xff\x06\x00\x00sNaPpY", 10);
  stream += '\0' + size_of(4 + kBlock.size()) + checksum + kBlock;
  stream += '\xfe' + size_of(3) + "pad";
  return stream + '\x01' + size_of(4 + kPlain.size()) + checksum + std::string(kPlain);
}

TEST(SnappyBlock, IsUnpacked) {
  EXPECT_EQ(*uncompress_snappy_block(kBlock, 100), kPlain);
  EXPECT_EQ(*uncompress_snappy_block(std::string(1, '\0'), 100), "");
  // A literal, and a copy that makes what it copies.
  EXPECT_EQ(*uncompress_snappy_block(std::string("\x0a\x04"
                                                 "ab\x1e\x02\x00",
                                                 7),
                                     100),
            "ababababab");
}

TEST(SnappyBlock, IsPackedSoThatItIsUnpackedAgain) {
  const std::string text = "ab" + std::string(1000, 'x') + "ab";
  const auto block = compress_snappy_block(text);
  EXPECT_LT(block.size(), 100U);
  EXPECT_EQ(*uncompress_snappy_block(block, text.size()), text);
}

TEST(SnappyBlock, IsRefusedWhereItIsWrong) {
  const auto fault = [](std::string_view packed, std::size_t bytes_max) {
    return uncompress_snappy_block(packed, bytes_max).error();
  };
  EXPECT_EQ(fault(kBlock, 36), SnappyFault::TooLarge);
  EXPECT_EQ(fault("\xff\xff\xff\xff\x0f", 100), SnappyFault::TooLarge);
  EXPECT_EQ(fault("\xff\xff\xff\x7f", 1U << 30U), SnappyFault::Corrupt);
  EXPECT_EQ(fault(kBlock.substr(0, 20), 100), SnappyFault::Corrupt);
  EXPECT_EQ(fault("", 100), SnappyFault::Corrupt);
  // A copy from before the beginning, and one that is longer than the block says.
  EXPECT_EQ(fault(std::string("\x0a\x04"
                              "ab\x1e\x03\x00",
                              7),
                  100),
            SnappyFault::Corrupt);
  EXPECT_EQ(fault(std::string("\x05\x04"
                              "ab\x1e\x02\x00",
                              7),
                  100),
            SnappyFault::Corrupt);
}

TEST(SnappyStream, IsUnpackedAndItsChecksumsAreLookedAt) {
  EXPECT_TRUE(is_snappy_stream(stream_of(kChecksum)));
  EXPECT_FALSE(is_snappy_stream(kBlock));
  EXPECT_EQ(*uncompress_snappy_stream(stream_of(kChecksum), 100),
            std::string(kPlain) + std::string(kPlain));
  EXPECT_EQ(uncompress_snappy_stream(stream_of(kChecksum), 50).error(), SnappyFault::TooLarge);
  EXPECT_EQ(uncompress_snappy_stream(stream_of("none"), 100).error(), SnappyFault::Corrupt);
  EXPECT_EQ(uncompress_snappy_stream(kBlock, 100).error(), SnappyFault::Corrupt);
}

}  // namespace
}  // namespace weir::passthrough
