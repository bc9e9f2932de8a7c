// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/frame_splitter.h"

#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::statsd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kFrameMax = 300;

// A splitter and what came out of it.
struct Stream {
  FrameSplitter splitter{kFrameMax};
  std::vector<std::string> payloads;
  std::size_t too_long = 0;

  void feed(std::string_view bytes) {
    too_long +=
        splitter.feed(bytes, [this](std::string_view payload) { payloads.emplace_back(payload); });
  }
};

std::string length_of(std::uint32_t size) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(size >> shift & 0xff);
  return bytes;
}

std::string frame(const std::string& payload) {
  return length_of(static_cast<std::uint32_t>(payload.size())) + payload;
}

TEST(FrameSplitter, ReadsTheLengthLowestByteFirst) {
  Stream stream;
  const std::string payload(0x0102, 'x');

  stream.feed(std::string("\x02\x01\x00\x00", 4) + payload);

  EXPECT_THAT(stream.payloads, ElementsAre(payload));
}

TEST(FrameSplitter, KeepsThePayloadAsItIs) {
  Stream stream;
  const std::string payload("a:1|c\n\nb:2|c\r\n\0", 15);

  stream.feed(frame(payload));

  EXPECT_THAT(stream.payloads, ElementsAre(payload));
}

TEST(FrameSplitter, HandsOutNothingForAnEmptyFrame) {
  Stream stream;

  stream.feed(frame("") + frame("") + frame("a") + frame(""));

  EXPECT_THAT(stream.payloads, ElementsAre("a"));
  EXPECT_FALSE(stream.splitter.holds_bytes());
}

TEST(FrameSplitter, HandsOutTheSameHoweverTheStreamIsCut) {
  const std::string bytes = frame("a:1|c") + frame("") + frame(std::string(kFrameMax + 1, 'x')) +
                            frame(std::string(kFrameMax, 'y')) + frame("b:1|c\nc:1|c\n");
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, bytes.size()}) {
      Stream stream;

      stream.feed(std::string_view(bytes).substr(0, first));
      for (std::size_t at = first; at < bytes.size(); at += step) {
        stream.feed(std::string_view(bytes).substr(at, step));
      }

      ASSERT_THAT(stream.payloads,
                  ElementsAre("a:1|c", std::string(kFrameMax, 'y'), "b:1|c\nc:1|c\n"))
          << first << ' ' << step;
      ASSERT_EQ(stream.too_long, 1U);
      ASSERT_FALSE(stream.splitter.finish());
    }
  }
}

TEST(FrameSplitter, DoesNotCopyAPayloadThatComesWhole) {
  FrameSplitter splitter(kFrameMax);
  const std::string bytes = frame("a") + frame("b");
  std::vector<const char*> places;

  static_cast<void>(
      splitter.feed(bytes, [&](std::string_view payload) { places.push_back(payload.data()); }));

  EXPECT_THAT(places, ElementsAre(bytes.data() + 4, bytes.data() + 9));
}

TEST(FrameSplitter, CountsALongFrameWhenItsLengthIsKnown) {
  Stream stream;

  stream.feed(length_of(kFrameMax + 1));
  EXPECT_EQ(stream.too_long, 1U);
  stream.feed(std::string(kFrameMax, 'x'));
  stream.feed("x" + frame("b"));

  EXPECT_THAT(stream.payloads, ElementsAre("b"));
  EXPECT_EQ(stream.too_long, 1U);
}

TEST(FrameSplitter, SkipsTheLongestFrameThatCanBeAnnounced) {
  Stream stream;
  const std::string portion(1 << 20, 'x');
  stream.feed(length_of(0xffffffff));

  for (int i = 0; i < 4095; ++i) stream.feed(portion);
  stream.feed(std::string_view(portion).substr(1));
  stream.feed(frame("b"));

  EXPECT_THAT(stream.payloads, ElementsAre("b"));
  EXPECT_EQ(stream.too_long, 1U);
}

TEST(FrameSplitter, FindsAFrameCutOffAtEveryPlace) {
  const std::string bytes = frame("abc");
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const bool is_cut_off = size > 0 && size < bytes.size();
    Stream stream;

    stream.feed(std::string_view(bytes).substr(0, size));

    EXPECT_EQ(stream.splitter.holds_bytes(), is_cut_off) << size;
    EXPECT_EQ(stream.splitter.finish(), is_cut_off) << size;
    EXPECT_FALSE(stream.splitter.holds_bytes()) << size;
  }
}

TEST(FrameSplitter, DoesNotFindALongFrameCutOffToo) {
  Stream stream;

  stream.feed(length_of(kFrameMax + 1) + "x");

  EXPECT_FALSE(stream.splitter.holds_bytes());
  EXPECT_FALSE(stream.splitter.finish());
}

TEST(FrameSplitter, CountsTheBytesThatAreLost) {
  const std::string long_frame = frame(std::string(kFrameMax + 5, 'x'));
  const std::string bytes = frame("a") + long_frame + frame("") + frame("b") + long_frame;
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    Stream stream;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      stream.feed(std::string_view(bytes).substr(at, size));
    }

    EXPECT_EQ(stream.splitter.take_lost_bytes(), 2 * long_frame.size()) << size;
    EXPECT_EQ(stream.splitter.take_lost_bytes(), 0U) << size;
  }
}

TEST(FrameSplitter, CountsTheBytesOfAFrameThatIsCutOff) {
  const std::string bytes = frame("abc");
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    Stream stream;
    stream.feed(std::string_view(bytes).substr(0, size));
    static_cast<void>(stream.splitter.finish());

    EXPECT_EQ(stream.splitter.take_lost_bytes(), size == bytes.size() ? 0 : size) << size;
  }
}

TEST(FrameSplitter, StartsAfreshAfterTheEnd) {
  for (const std::string& rest :
       {std::string("\x01"), length_of(9) + "x", length_of(kFrameMax + 1) + "x"}) {
    Stream stream;
    stream.feed(rest);
    static_cast<void>(stream.splitter.finish());

    stream.feed(frame("a"));

    EXPECT_THAT(stream.payloads, ElementsAre("a"));
  }
}

TEST(FrameSplitter, SkipsEveryPayloadWhenNoneIsAllowed) {
  FrameSplitter splitter(0);
  std::vector<std::string> payloads;

  const std::size_t too_long =
      splitter.feed(frame("a") + frame("") + frame("b"),
                    [&](std::string_view payload) { payloads.emplace_back(payload); });

  EXPECT_THAT(payloads, IsEmpty());
  EXPECT_EQ(too_long, 2U);
}

}  // namespace
}  // namespace weir::statsd
