// SPDX-License-Identifier: Apache-2.0
#include "http/response_writer.h"

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace weir::http {
namespace {

constexpr std::time_t kNow = 1795267374;  // Sat, 21 Nov 2026 13:22:54 GMT

// Yields `pieces` times the same piece.
class Repeater : public ChunkSource {
 public:
  Repeater(std::string piece, int pieces) : piece_(std::move(piece)), left_(pieces) {}
  bool next(std::string& chunk) override {
    chunk += piece_;
    return --left_ > 0;
  }

 private:
  std::string piece_;
  int left_;
};

struct Throwing : ChunkSource {
  bool next(std::string&) override { throw std::runtime_error("source"); }
};

Response with_body(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

Response with_chunks(std::string piece, int pieces) {
  Response response;
  response.chunks = std::make_unique<Repeater>(std::move(piece), pieces);
  return response;
}

std::string all_of(ResponseWriter& writer) {
  std::string bytes;
  for (; !writer.is_complete(); writer.advance()) bytes += writer.bytes();
  return bytes;
}

std::string body_of(const std::string& bytes) { return bytes.substr(bytes.find("\r\n\r\n") + 4); }
std::string head_of(const std::string& bytes) {
  return bytes.substr(0, bytes.find("\r\n\r\n") + 4);
}

std::string without_framing(std::string_view chunked) {
  std::string body;
  while (true) {
    const std::size_t line_end = chunked.find("\r\n");
    const std::size_t size = std::stoul(std::string(chunked.substr(0, line_end)), nullptr, 16);
    if (size == 0) return chunked.substr(line_end) == "\r\n\r\n" ? body : "bad end";
    body += chunked.substr(line_end + 2, size);
    chunked.remove_prefix(line_end + 2 + size + 2);
  }
}

std::string gunzip(const std::string& bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return "no zlib";
  std::string out;
  std::array<char, 4096> step{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(step.data());
    stream.avail_out = step.size();
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(step.data(), step.size() - stream.avail_out);
  }
  const bool is_whole = result == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  return is_whole ? out : "broken gzip";
}

// Of one frame; readers that bound what they take must be able to read it.
std::string unzstd(const std::string& bytes) {
  constexpr int kWindowLogMax = 17;
  const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                        ZSTD_freeDCtx);
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  std::string out;
  std::array<char, 4096> step{};
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  std::size_t left = 1;
  bool is_stuck = false;
  while (left > 0 && !is_stuck) {
    ZSTD_outBuffer output{step.data(), step.size(), 0};
    left = ZSTD_decompressStream(context.get(), &output, &input);
    if (ZSTD_isError(left)) return "broken zstd";
    out.append(step.data(), output.pos);
    is_stuck = input.pos == input.size && output.pos < output.size;
  }
  return left == 0 && input.pos == input.size ? out : "unfinished zstd";
}

std::string many_series() {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "series{a=\"" + std::to_string(i * 7919) + "\"} 1\n";
  return text;
}

TEST(ResponseWriter, SendsAShortBodyWithItsLength) {
  ResponseWriter writer(text_response(200, "hello\n"), {}, kNow);

  EXPECT_EQ(all_of(writer),
            "HTTP/1.1 200 OK\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Date: Sat, 21 Nov 2026 13:22:54 GMT\r\n"
            "Content-Length: 6\r\n"
            "\r\n"
            "hello\n");
  EXPECT_TRUE(writer.keeps_alive());
}

TEST(ResponseWriter, SendsNoTypeForAnEmptyBody) {
  ResponseWriter writer({}, {}, kNow);

  EXPECT_EQ(all_of(writer),
            "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 13:22:54 GMT\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseWriter, MeasuresUpTo2048Bytes) {
  ResponseWriter longest_measured(with_body(std::string(2048, 'x')), {}, kNow);
  ResponseWriter shortest_chunked(with_body(std::string(2049, 'x')), {}, kNow);

  EXPECT_NE(all_of(longest_measured).find("Content-Length: 2048\r\n"), std::string::npos);
  const std::string chunked = all_of(shortest_chunked);
  EXPECT_NE(chunked.find("Transfer-Encoding: chunked\r\n\r\n801\r\nxxx"), std::string::npos);
  EXPECT_EQ(chunked.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(chunked.ends_with("xxx\r\n0\r\n\r\n"));
}

TEST(ResponseWriter, ChunksALongSourceWithoutLoss) {
  ResponseWriter writer(with_chunks(std::string(1000, 'y'), 100), {}, kNow);

  const std::string bytes = all_of(writer);

  EXPECT_EQ(without_framing(body_of(bytes)), std::string(100'000, 'y'));
}

TEST(ResponseWriter, MakesTheNextBytesOnlyWhenAsked) {
  ResponseWriter writer(with_chunks(std::string(65'536, 'y'), 1000), {}, kNow);

  writer.advance();

  EXPECT_LT(writer.bytes().size(), 131'072U);
}

// Comes up with nothing for a while, and then with all of it.
class Slow : public ChunkSource {
 public:
  Slow(int& calls, int empty_calls) : calls_(calls), empty_calls_(empty_calls) {}
  bool next(std::string& chunk) override {
    if (calls_++ < empty_calls_) return true;
    chunk += "late";
    return false;
  }

 private:
  int& calls_;
  const int empty_calls_;
};

TEST(ResponseWriter, AsksASourceThatHasNothingYetOnceAtATime) {
  for (const auto encoding :
       {ContentEncoding::Identity, ContentEncoding::Gzip, ContentEncoding::Zstd}) {
    int calls = 0;
    Response response;
    response.chunks = std::make_unique<Slow>(calls, 5);
    ResponseWriter writer(std::move(response), {.encoding = encoding}, kNow);

    for (int i = 1; i <= 5; ++i) {
      EXPECT_EQ(calls, i);
      EXPECT_EQ(writer.bytes(), "");
      EXPECT_FALSE(writer.is_complete());
      writer.advance();
    }

    const std::string bytes = all_of(writer);
    EXPECT_EQ(calls, 6);
    EXPECT_NE(bytes.find("Content-Length: " + std::to_string(body_of(bytes).size()) + "\r\n"),
              std::string::npos);
  }
}

TEST(ResponseWriter, CollectsTheBeginningOfABodyInSmallPieces) {
  ResponseWriter writer(with_chunks(std::string(1000, 'y'), 4), {}, kNow);
  EXPECT_EQ(writer.bytes(), "");

  const std::string bytes = all_of(writer);

  EXPECT_EQ(without_framing(body_of(bytes)), std::string(4000, 'y'));
}

TEST(ResponseWriter, EndsABodyWhoseLastPieceIsEmpty) {
  struct LateEnd : ChunkSource {
    int calls = 0;
    bool next(std::string& chunk) override {
      if (calls == 0) chunk.append(5000, 'z');
      return ++calls < 3;
    }
  };
  Response response;
  response.chunks = std::make_unique<LateEnd>();
  ResponseWriter writer(std::move(response), {}, kNow);

  EXPECT_EQ(without_framing(body_of(all_of(writer))), std::string(5000, 'z'));
}

TEST(ResponseWriter, EndsALongBodyOfAnOldClientWithTheConnection) {
  ResponseWriter writer(with_chunks(std::string(3000, 'x'), 2), {.version = Version::Http10}, kNow);

  const std::string bytes = all_of(writer);

  EXPECT_EQ(head_of(bytes), "HTTP/1.0 200 OK\r\nDate: Sat, 21 Nov 2026 13:22:54 GMT\r\n\r\n");
  EXPECT_EQ(body_of(bytes), std::string(6000, 'x'));
  EXPECT_FALSE(writer.keeps_alive());
}

TEST(ResponseWriter, KeepsAnOldClientsConnectionWhenTheLengthIsKnown) {
  ResponseWriter writer(with_body("x"), {.version = Version::Http10}, kNow);

  EXPECT_NE(all_of(writer).find("Connection: keep-alive\r\n"), std::string::npos);
  EXPECT_TRUE(writer.keeps_alive());
}

TEST(ResponseWriter, SaysThatItCloses) {
  ResponseWriter writer(with_body("x"), {.keeps_alive = false}, kNow);

  EXPECT_NE(all_of(writer).find("Connection: close\r\n"), std::string::npos);
}

TEST(ResponseWriter, SendsAHeadWithTheLengthOfAShortBody) {
  ResponseWriter writer(with_body("hello"), {.is_head = true}, kNow);

  EXPECT_EQ(all_of(writer),
            "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 13:22:54 GMT\r\nContent-Length: 5\r\n\r\n");
}

TEST(ResponseWriter, SendsAHeadWithTheLengthOfAnEmptyBody) {
  ResponseWriter writer({}, {.is_head = true}, kNow);

  EXPECT_EQ(all_of(writer),
            "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 13:22:54 GMT\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseWriter, SendsABareHeadForALongBody) {
  ResponseWriter writer(with_chunks(std::string(1000, 'x'), 10), {.is_head = true}, kNow);

  EXPECT_EQ(all_of(writer), "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 13:22:54 GMT\r\n\r\n");
}

TEST(ResponseWriter, SaysThatTheEncodingVariesAlsoWhereThereIsNone) {
  for (const auto encoding : {ContentEncoding::Identity, ContentEncoding::Gzip}) {
    Response response = with_body("x");
    response.is_compressible = true;
    ResponseWriter writer(std::move(response), {.encoding = encoding}, kNow);

    EXPECT_NE(all_of(writer).find("\r\nVary: Accept-Encoding\r\n"), std::string::npos);
  }
}

TEST(ResponseWriter, AddsTheEncodingToWhatVaries) {
  Response response = with_body("x");
  response.headers = {{"vary", "Accept"}};
  response.is_compressible = true;
  ResponseWriter writer(std::move(response), {}, kNow);

  EXPECT_NE(all_of(writer).find("\r\nvary: Accept, Accept-Encoding\r\n"), std::string::npos);
}

TEST(ResponseWriter, CompressesALongBody) {
  const std::string text = many_series();
  ResponseWriter writer(with_chunks(text, 3), {.encoding = ContentEncoding::Gzip}, kNow);

  const std::string bytes = all_of(writer);

  EXPECT_NE(head_of(bytes).find("Content-Encoding: gzip\r\n"), std::string::npos);
  EXPECT_EQ(gunzip(without_framing(body_of(bytes))), text + text + text);
  EXPECT_LT(bytes.size(), text.size());
}

TEST(ResponseWriter, CompressesALongBodyWithZstd) {
  const std::string text = many_series();
  ResponseWriter writer(with_chunks(text, 3), {.encoding = ContentEncoding::Zstd}, kNow);

  const std::string bytes = all_of(writer);

  EXPECT_NE(head_of(bytes).find("Content-Encoding: zstd\r\n"), std::string::npos);
  EXPECT_EQ(unzstd(without_framing(body_of(bytes))), text + text + text);
  EXPECT_LT(bytes.size(), text.size());
}

TEST(ResponseWriter, SendsTheFirstOfACompressedBodyBeforeTheLastIsMade) {
  for (const auto encoding : {ContentEncoding::Gzip, ContentEncoding::Zstd}) {
    ResponseWriter writer(with_chunks(many_series(), 1'000'000), {.encoding = encoding}, kNow);

    for (int i = 0; i < 100; ++i) {
      EXPECT_FALSE(writer.bytes().empty());
      EXPECT_LT(writer.bytes().size(), 1'000'000U);
      writer.advance();
    }
  }
}

TEST(ResponseWriter, MeasuresACompressedBodyAsSent) {
  ResponseWriter writer(with_body(std::string(50'000, 'x')), {.encoding = ContentEncoding::Gzip},
                        kNow);

  const std::string bytes = all_of(writer);

  EXPECT_NE(bytes.find("Content-Length: " + std::to_string(body_of(bytes).size()) + "\r\n"),
            std::string::npos);
  EXPECT_EQ(gunzip(body_of(bytes)), std::string(50'000, 'x'));
}

TEST(ResponseWriter, MeasuresABodyInZstdAsSent) {
  for (const std::size_t size : {0U, 1U, 50'000U}) {
    ResponseWriter writer(with_body(std::string(size, 'x')), {.encoding = ContentEncoding::Zstd},
                          kNow);

    const std::string bytes = all_of(writer);

    EXPECT_NE(bytes.find("Content-Length: " + std::to_string(body_of(bytes).size()) + "\r\n"),
              std::string::npos);
    EXPECT_EQ(unzstd(body_of(bytes)), std::string(size, 'x'));
  }
}

TEST(ResponseWriter, PassesOnWhatTheSourceThrows) {
  Response response;
  response.chunks = std::make_unique<Throwing>();

  EXPECT_THROW(ResponseWriter(std::move(response), {}, kNow), std::runtime_error);
}

TEST(ResponseHead, FormatsDatesOfTheWholeYear) {
  EXPECT_EQ(format_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_date(951826154), "Tue, 29 Feb 2000 12:09:14 GMT");
}

}  // namespace
}  // namespace weir::http
