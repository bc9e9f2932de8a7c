// SPDX-License-Identifier: Apache-2.0
#include "http/request_reader.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace weir::http {
namespace {

using State = RequestReader::State;

constexpr RequestReader::Limits kLimits{.header_bytes_max = 500, .body_bytes_max = 20};

class RequestReaderTest : public ::testing::Test {
 protected:
  RequestReader reader_{kLimits};
};

TEST_F(RequestReaderTest, ReadsARequest) {
  reader_.feed("POST /a%20b?c=d HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\naccept: more\r\n\r\n");

  ASSERT_EQ(reader_.state(), State::Ready);
  const Request& request = reader_.request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/a%20b?c=d");
  EXPECT_EQ(request.path, "/a b");
  EXPECT_EQ(request.query, "c=d");
  EXPECT_EQ(request.header("ACCEPT"), "text/plain");
  EXPECT_EQ(request.joined_header("accept"), "text/plain,more");
  EXPECT_EQ(request.header("Nope"), "");
  EXPECT_TRUE(reader_.keeps_alive());
}

TEST(RequestReaderLimits, TakesALineOf65000BytesAndNoLongerOne) {
  const auto state_after = [](std::size_t line_bytes) {
    RequestReader reader({.header_bytes_max = 1U << 20, .body_bytes_max = 20});
    const std::string field = "X: ";
    reader.feed("GET / HTTP/1.1\r\nHost: x\r\n" + field +
                std::string(line_bytes - field.size(), 'x') + "\r\n\r\n");
    return reader.state() == State::Bad ? reader.fault_status() : 200;
  };

  EXPECT_EQ(state_after(6501), 200);
  EXPECT_EQ(state_after(65'000), 200);
  EXPECT_EQ(state_after(65'001), 431);
}

TEST_F(RequestReaderTest, NamesTheHostOfTheTargetBeforeTheFields) {
  reader_.feed("GET /a HTTP/1.1\r\nHost: field:1\r\n\r\n");
  EXPECT_EQ(reader_.request().host, "field:1");

  reader_.start_next();
  reader_.feed("GET http://target:2/a HTTP/1.1\r\nHost: field:1\r\n\r\n");
  EXPECT_EQ(reader_.request().host, "target:2");
}

TEST_F(RequestReaderTest, ReadsARequestByteByByte) {
  const std::string text = "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    reader_.feed(text.substr(i, 1));
    ASSERT_EQ(reader_.state(), State::NeedMore) << i;
    ASSERT_FALSE(reader_.is_fresh());
  }

  reader_.feed(text.substr(text.size() - 1));

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().path, "/metrics");
}

TEST_F(RequestReaderTest, TakesLinesThatEndInLfAlone) {
  reader_.feed("GET /metrics HTTP/1.1\nHost: x\n\n");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().header("Host"), "x");
}

TEST_F(RequestReaderTest, ReadsPipelinedRequestsInOrder) {
  reader_.feed(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\n"
      "Content-Length: 2\r\n\r\nabGET /3 HTTP/1.1\r\nHo");
  EXPECT_EQ(reader_.request().path, "/1");

  reader_.start_next();
  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().path, "/2");
  reader_.start_next();
  ASSERT_EQ(reader_.state(), State::NeedMore);
  reader_.feed("st: x\r\n\r\n");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().path, "/3");
  EXPECT_EQ(reader_.request().fields.size(), 1U);
  reader_.start_next();
  EXPECT_TRUE(reader_.is_fresh());
}

TEST_F(RequestReaderTest, ThrowsAChunkedBodyAway) {
  reader_.feed("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab");
  ASSERT_EQ(reader_.state(), State::NeedMore);

  reader_.feed("c\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_FALSE(reader_.leaves_rest());
  reader_.start_next();
  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_EQ(reader_.request().path, "/2");
}

TEST_F(RequestReaderTest, LeavesTheRestOfALongBody) {
  reader_.feed("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 21\r\n\r\n");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_TRUE(reader_.leaves_rest());
  EXPECT_FALSE(reader_.keeps_alive());
}

TEST_F(RequestReaderTest, LeavesTheRestOfALongChunkedBody) {
  reader_.feed("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n");
  ASSERT_EQ(reader_.state(), State::NeedMore);

  reader_.feed("0123456789abcdefghi");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_TRUE(reader_.leaves_rest());
}

TEST_F(RequestReaderTest, DoesNotWaitForABodyThatAsksForLeave) {
  reader_.feed("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_TRUE(reader_.leaves_rest());
}

TEST_F(RequestReaderTest, KnowsWhatMayFollow) {
  struct {
    const char* request;
    bool keeps_alive;
  } const cases[] = {
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false},
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
  };
  for (const auto& each : cases) {
    RequestReader reader(kLimits);
    reader.feed(each.request);
    ASSERT_EQ(reader.state(), State::Ready) << each.request;
    EXPECT_EQ(reader.keeps_alive(), each.keeps_alive) << each.request;
  }
}

TEST_F(RequestReaderTest, LetsNothingFollowTheChunksOfAnOldClient) {
  reader_.feed(
      "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\n");

  ASSERT_EQ(reader_.state(), State::Ready);
  EXPECT_FALSE(reader_.keeps_alive());
}

TEST_F(RequestReaderTest, AnswersAFieldThatTheParserCannotKeep) {
  RequestReader reader({1'000'000, kLimits.body_bytes_max});

  reader.feed("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n");

  ASSERT_EQ(reader.state(), State::Bad);
  EXPECT_EQ(reader.fault_status(), 431U);
}

TEST_F(RequestReaderTest, BoundsTheHeader) {
  const std::string start = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
  const std::string end = "\r\n\r\n";
  const std::size_t filler = kLimits.header_bytes_max - start.size() - end.size();

  reader_.feed(start + std::string(filler, 'x') + end);
  RequestReader longer(kLimits);
  longer.feed(start + std::string(filler + 1, 'x') + end);
  RequestReader endless(kLimits);
  endless.feed(std::string(kLimits.header_bytes_max + 1, 'x'));

  EXPECT_EQ(reader_.state(), State::Ready);
  ASSERT_EQ(longer.state(), State::Bad);
  EXPECT_EQ(longer.fault_text(), "431 Request Header Fields Too Large");
  ASSERT_EQ(endless.state(), State::Bad);
  EXPECT_EQ(endless.fault_status(), 431U);
}

struct BadCase {
  const char* name;
  const char* request;
  const char* fault;
};
std::ostream& operator<<(std::ostream& out, const BadCase& value) { return out << value.name; }

class BadRequest : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadRequest, IsRefused) {
  RequestReader reader(kLimits);

  reader.feed(GetParam().request);

  ASSERT_EQ(reader.state(), State::Bad);
  EXPECT_EQ(reader.fault_text(), GetParam().fault);
}

INSTANTIATE_TEST_SUITE_P(
    , BadRequest,
    ::testing::Values(
        BadCase{"Garbage", "garbage\r\n", "400 Bad Request"},
        BadCase{"EmptyLineFirst", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
        BadCase{"TwoBlanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
        BadCase{"BadMethod", "GE{T / HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
        BadCase{"BadTarget", "GET metrics HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
        BadCase{"BadEscape", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
        BadCase{"ControlInTarget", "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
        BadCase{"Asterisk", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
        BadCase{"BadVersion", "GET / HTTP/11\r\nHost: x\r\n\r\n", "400 Bad Request"},
        BadCase{"BadField", "GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", "400 Bad Request"},
        BadCase{"NewVersion", "GET / HTTP/2.0\r\n",
                "505 HTTP Version Not Supported: unsupported protocol version"},
        BadCase{"OldVersion", "GET / HTTP/0.9\r\n",
                "505 HTTP Version Not Supported: unsupported protocol version"},
        BadCase{"NoHost", "GET / HTTP/1.1\r\n\r\n",
                "400 Bad Request: missing required Host header"},
        BadCase{"TwoHosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400 Bad Request"},
        BadCase{"BadHost", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "400 Bad Request: malformed Host header"},
        BadCase{"TwoLengths",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
                "400 Bad Request"},
        BadCase{"BadLength", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: z\r\n\r\n",
                "400 Bad Request"},
        BadCase{"BadChunk", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
                "400 Bad Request"},
        BadCase{"OtherEncoding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: foo\r\n\r\n",
                "501 Not Implemented: unsupported transfer encoding"},
        BadCase{"NoEncoding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \r\n\r\n0\r\n\r\n",
                "501 Not Implemented: unsupported transfer encoding"},
        BadCase{"ListOfLengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 0\r\n\r\n",
                "400 Bad Request"},
        BadCase{"LengthAndEncoding",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "400 Bad Request"},
        BadCase{"OtherExpectation", "GET / HTTP/1.1\r\nHost: x\r\nExpect: foo\r\n\r\n",
                "417 Expectation Failed"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace weir::http
