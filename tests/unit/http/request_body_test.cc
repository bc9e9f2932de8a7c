// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "http/request_reader.h"

// Bodies that are kept; request_reader_test.cc has those that are thrown away.
namespace weir::http {
namespace {

using State = RequestReader::State;

constexpr std::size_t kKeptBytesMax = 100;
constexpr std::size_t kFramedBytesMax = 20;
constexpr std::string_view kChunked =
    "POST /kept HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string with_length(std::size_t length) {
  return "POST /kept HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

std::string expecting_leave(std::string_view version, std::string_view path, std::size_t length) {
  std::string text = "POST ";
  (((text += path) += " HTTP/") += version) +=
      "\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
  return text + std::to_string(length) + "\r\n\r\n";
}

class RequestBodyTest : public ::testing::Test {
 protected:
  RequestReader reader_{
      {.header_bytes_max = 500, .body_bytes_max = kFramedBytesMax},
      [](const Request& head) { return head.path == "/kept" ? kKeptBytesMax : std::size_t{0}; }};
};

TEST_F(RequestBodyTest, IsKeptUpToItsLimit) {
  const std::string body(kKeptBytesMax, 'b');

  reader_.feed(with_length(body.size()) + body);

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().body, body);
  EXPECT_TRUE(reader_.keeps_alive());
}

TEST_F(RequestBodyTest, IsRefusedAboveItsLimitBeforeItIsRead) {
  reader_.feed(with_length(kKeptBytesMax + 1));

  ASSERT_EQ(reader_.state(), State::Bad);
  EXPECT_EQ(reader_.fault_text(), "413 Request Entity Too Large");
}

TEST_F(RequestBodyTest, IsReadByteByByte) {
  for (const char c : with_length(3) + "a\rb") {
    ASSERT_EQ(reader_.state(), State::NeedMore);
    reader_.feed({&c, 1});
  }

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().body, "a\rb");
}

TEST_F(RequestBodyTest, IsPutTogetherFromItsChunks) {
  reader_.feed(std::string(kChunked) + "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().body, "abcde");
}

TEST_F(RequestBodyTest, MayComeInChunksOfOneByte) {
  reader_.feed(kChunked);
  for (std::size_t i = 0; i < kKeptBytesMax; ++i) reader_.feed("1\r\nb\r\n");
  ASSERT_EQ(reader_.state(), State::NeedMore);

  reader_.feed("0\r\n\r\n");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().body, std::string(kKeptBytesMax, 'b'));
}

TEST_F(RequestBodyTest, IsRefusedWhenItsChunksExceedItsLimit) {
  const std::string body(kKeptBytesMax, 'b');
  reader_.feed(std::string(kChunked) + "64\r\n" + body + "\r\n");
  ASSERT_EQ(reader_.state(), State::NeedMore);

  reader_.feed("1\r\nb");

  ASSERT_EQ(reader_.state(), State::Bad);
  EXPECT_EQ(reader_.fault_status(), 413U);
}

TEST_F(RequestBodyTest, IsRefusedWhenItsLastChunkExceedsItsLimit) {
  reader_.feed(std::string(kChunked) + "65\r\n" + std::string(kKeptBytesMax + 1, 'b') +
               "\r\n0\r\n\r\n");

  ASSERT_EQ(reader_.state(), State::Bad);
  EXPECT_EQ(reader_.fault_status(), 413U);
}

TEST_F(RequestBodyTest, IsRefusedWhenItIsLittleButFraming) {
  reader_.feed(std::string(kChunked) + "1;" + std::string(kFramedBytesMax - 2, 'x'));
  ASSERT_EQ(reader_.state(), State::NeedMore);

  reader_.feed("x");

  ASSERT_EQ(reader_.state(), State::Bad);
  EXPECT_EQ(reader_.fault_status(), 413U);
}

TEST_F(RequestBodyTest, LeavesTheNextRequestWhole) {
  reader_.feed(with_length(2) + "ab" + with_length(0) + std::string(kChunked) +
               "1\r\nc\r\n0\r\n\r\n");
  EXPECT_EQ(reader_.request().body, "ab");

  reader_.start_next();
  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().body, "");
  reader_.start_next();

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().body, "c");
}

TEST_F(RequestBodyTest, IsThrownAwayWhereItIsNotAskedFor) {
  reader_.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().body, "");
  EXPECT_TRUE(reader_.keeps_alive());
}

TEST_F(RequestBodyTest, IsWaitedForOnceTheClientHasLeaveToSend) {
  reader_.feed(expecting_leave("1.1", "/kept", 3));
  ASSERT_EQ(reader_.state(), State::NeedMore);

  EXPECT_TRUE(reader_.take_continue());
  EXPECT_FALSE(reader_.take_continue());
  reader_.feed("abc");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().body, "abc");
  EXPECT_TRUE(reader_.keeps_alive());
}

TEST_F(RequestBodyTest, NeedsNoLeaveOnceItHasBegun) {
  reader_.feed(expecting_leave("1.1", "/kept", 3) + "a");
  EXPECT_FALSE(reader_.take_continue());

  reader_.feed("bc");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().body, "abc");
}

TEST_F(RequestBodyTest, NeedsNoLeaveOfAnOldClient) {
  reader_.feed(expecting_leave("1.0", "/kept", 3));

  ASSERT_EQ(reader_.state(), State::NeedMore);
  EXPECT_FALSE(reader_.take_continue());
}

TEST_F(RequestBodyTest, GetsNoLeaveAboveItsLimit) {
  reader_.feed(expecting_leave("1.1", "/kept", kKeptBytesMax + 1));

  ASSERT_EQ(reader_.state(), State::Bad);
  EXPECT_EQ(reader_.fault_status(), 413U);
}

TEST_F(RequestBodyTest, GetsNoLeaveWhereItIsNotAskedFor) {
  reader_.feed(expecting_leave("1.1", "/other", 3));

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_TRUE(reader_.leaves_rest());
  EXPECT_EQ(reader_.request().body, "");
}

}  // namespace
}  // namespace weir::http
