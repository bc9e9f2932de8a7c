// SPDX-License-Identifier: Apache-2.0
#include "weir/rsocket/frame_splitter.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::rsocket {
namespace {

TEST(FrameSplitter, GivesFramesHoweverTheirBytesCome) {
  const std::string bytes = frame_length(3) + "abc" + frame_length(0) + frame_length(2) + "de";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    FrameSplitter splitter(100);
    std::string seen;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      splitter.append(std::string_view(bytes).substr(at, step));
      while (const auto frame = splitter.next()) seen.append(*frame).append("|");
    }
    EXPECT_EQ(seen, "abc||de|") << step;
    EXPECT_EQ(splitter.buffered_bytes(), 0U);
  }
}

TEST(FrameSplitter, HoldsWhatIsNotWhole) {
  FrameSplitter splitter(100);
  splitter.append(frame_length(2) + "a");
  EXPECT_FALSE(splitter.next());
  EXPECT_EQ(splitter.buffered_bytes(), 4U);
  EXPECT_FALSE(splitter.is_broken());
}

TEST(FrameSplitter, RefusesALengthAboveItsLimit) {
  FrameSplitter splitter(100);
  splitter.append(frame_length(100) + std::string(100, 'x') + frame_length(101));
  EXPECT_TRUE(splitter.next());
  EXPECT_FALSE(splitter.next());
  EXPECT_TRUE(splitter.is_broken());
  EXPECT_FALSE(splitter.next());
}

}  // namespace
}  // namespace weir::rsocket
