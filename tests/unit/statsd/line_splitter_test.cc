// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/line_splitter.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::statsd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kLineMax = 8;

bool is_inside(std::string_view bytes, std::string_view piece) {
  const std::less_equal<const char*> not_after;
  return not_after(bytes.data(), piece.data()) &&
         not_after(piece.data() + piece.size(), bytes.data() + bytes.size());
}

// A splitter and what came out of it.
struct LineStream {
  LineSplitter splitter{kLineMax};
  std::vector<std::string> lines;
  std::vector<std::string> joined;  // those of them that the splitter said it had joined
  std::size_t too_long = 0;
  // What was handed out of the last of them.
  std::string beginning;

  void feed(std::string_view bytes) {
    splitter.feed(
        bytes,
        [this, bytes](std::string_view line, LineBytes place) {
          lines.emplace_back(line);
          if (place == LineBytes::Joined) joined.emplace_back(line);
          EXPECT_EQ(place == LineBytes::Fed, is_inside(bytes, line));
        },
        [this](std::string_view line) {
          ++too_long;
          beginning = line;
        });
  }
  void finish() {
    splitter.finish([this](std::string_view line, LineBytes place) {
      lines.emplace_back(line);
      EXPECT_EQ(place, LineBytes::Joined);
    });
  }
};

std::vector<std::string> datagram_lines(std::string_view datagram) {
  std::vector<std::string> lines;
  for_each_line(datagram, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

TEST(ForEachLine, CountsThePieceAfterATrailingNewline) {
  EXPECT_THAT(datagram_lines("a\n"), ElementsAre("a", ""));
  EXPECT_THAT(datagram_lines(""), ElementsAre(""));
  EXPECT_THAT(datagram_lines("a\n\nb"), ElementsAre("a", "", "b"));
}

TEST(ForEachLine, StripsOneCarriageReturn) {
  EXPECT_THAT(datagram_lines("a\r\nb\r\r\nc\r"), ElementsAre("a", "b\r", "c"));
}

TEST(LineSplitter, HandsOutOnlyCompleteLines) {
  LineStream stream;

  stream.feed("a\nb\n\nc");

  EXPECT_THAT(stream.lines, ElementsAre("a", "b", ""));
}

TEST(LineSplitter, JoinsALineAcrossFeeds) {
  LineStream stream;

  for (const char* bytes : {"a", "", "b", "c\nd", "\n"}) stream.feed(bytes);

  EXPECT_THAT(stream.lines, ElementsAre("abc", "d"));
}

TEST(LineSplitter, SaysWhichLinesItHadToJoin) {
  LineStream stream;

  for (const char* bytes : {"a\nb", "c\n\nd\n", "e", "\nf\n"}) stream.feed(bytes);

  EXPECT_THAT(stream.lines, ElementsAre("a", "bc", "", "d", "e", "f"));
  EXPECT_THAT(stream.joined, ElementsAre("bc", "e"));
}

TEST(LineSplitter, StripsOneCarriageReturnBeforeTheNewline) {
  LineStream stream;

  stream.feed("a\r\nb\r\r\nc\r");
  stream.feed("\n\r\n");

  EXPECT_THAT(stream.lines, ElementsAre("a", "b\r", "c", ""));
}

TEST(LineSplitter, HandsOutTheUnterminatedRestUntouched) {
  LineStream stream;

  stream.feed("a\nb\r");
  stream.finish();

  EXPECT_THAT(stream.lines, ElementsAre("a", "b\r"));
}

TEST(LineSplitter, HandsOutNothingAfterAFinalNewline) {
  LineStream stream;

  stream.feed("a\n");
  stream.finish();

  EXPECT_THAT(stream.lines, ElementsAre("a"));
}

TEST(LineSplitter, TakesALineOfExactlyTheLimit) {
  LineStream stream;

  stream.feed("12345678\n1234");
  stream.feed("5678\n");

  EXPECT_THAT(stream.lines, ElementsAre("12345678", "12345678"));
  EXPECT_EQ(stream.too_long, 0U);
}

TEST(LineSplitter, SkipsALineAboveTheLimitUpToItsNewline) {
  LineStream stream;

  stream.feed("a\n123456789\nb\n");

  EXPECT_THAT(stream.lines, ElementsAre("a", "b"));
  EXPECT_EQ(stream.too_long, 1U);
}

TEST(LineSplitter, CountsALongLineOnceHoweverItArrives) {
  LineStream stream;

  for (int round = 0; round < 100; ++round) stream.feed("123456789");
  stream.feed("tail\nb\n");

  EXPECT_THAT(stream.lines, ElementsAre("b"));
  EXPECT_EQ(stream.too_long, 1U);
}

TEST(LineSplitter, ShowsTheBeginningOfALongLine) {
  LineStream stream;

  stream.feed("a\n123456789\n");
  EXPECT_EQ(stream.beginning, "123456789");
  stream.feed("1234");
  stream.feed("567890\n");
  EXPECT_EQ(stream.beginning, "1234");
}

TEST(LineSplitter, HandsOutNothingOfALongLineAtTheEnd) {
  LineStream stream;

  stream.feed("123456789");
  stream.finish();

  EXPECT_THAT(stream.lines, IsEmpty());
  EXPECT_EQ(stream.too_long, 1U);
}

TEST(LineSplitter, StartsAfreshAfterTheEnd) {
  LineStream stream;

  stream.feed("123456789");
  stream.finish();
  stream.feed("a\n");

  EXPECT_THAT(stream.lines, ElementsAre("a"));
}

TEST(LineSplitter, CountsTheBytesOfLinesThatAreTooLong) {
  const std::string bytes = "short\n123456789\n\n12345678\n" + std::string(50, 'x') + "\nend";
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    LineStream stream;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
      stream.feed(std::string_view(bytes).substr(at, size));
    }

    EXPECT_EQ(stream.too_long, 2U) << size;
    EXPECT_EQ(stream.splitter.take_skipped_bytes(), 9U + 50) << size;
    EXPECT_EQ(stream.splitter.take_skipped_bytes(), 0U) << size;
  }
}

}  // namespace
}  // namespace weir::statsd
