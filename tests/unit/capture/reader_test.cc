// SPDX-License-Identifier: Apache-2.0
#include "weir/capture/reader.h"

#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "weir/capture/writer.h"

namespace weir::capture {
namespace {

constexpr std::string_view kHead = R"({"weir_capture":1,"started":5.5,"source":"udp :9125"})"
                                   "\n";

// All records as `transport sender listener seconds bytes;`.
std::string read(const std::string& file) {
  std::istringstream in(file);
  Reader reader(in);
  Record record;
  std::string out;
  while (reader.next(record)) {
    out += std::string(record.transport) + ' ' + std::string(record.sender) + ' ' +
           std::string(record.listener) + ' ' + std::to_string(record.seconds) + ' ' +
           std::string(record.bytes) + ';';
  }
  return out;
}

std::string fault_of(const std::string& file) {
  try {
    return "read: " + read(file);
  } catch (const FormatError& error) {
    return error.what();
  }
}

std::string capture(std::string_view records) { return std::string(kHead) + std::string(records); }

TEST(Reader, ReadsBackWhatTheWriterWrote) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  std::string file;
  Writer writer(file);
  writer.begin(1764455158.123456, "here");
  const std::vector<std::string> datagrams = {"a:1|c\nb:2|c\n", "", all, all.substr(0, 128),
                                              std::string(65'535, '\x01')};
  for (const auto& bytes : datagrams) {
    writer.record(
        {.seconds = 0.25, .transport = "udp", .sender = "s", .listener = "l", .bytes = bytes});
  }
  writer.end({.seconds = 2.5, .records = datagrams.size(), .lost = 7});

  std::istringstream in(file);
  Reader reader(in);
  EXPECT_TRUE(reader.is_capture());
  EXPECT_EQ(reader.started(), 1764455158.123456);
  EXPECT_EQ(reader.source(), "here");
  Record record;
  for (const auto& bytes : datagrams) {
    ASSERT_TRUE(reader.next(record));
    EXPECT_EQ(record.seconds, 0.25);
    EXPECT_EQ(record.transport, "udp");
    EXPECT_EQ(record.sender, "s");
    EXPECT_EQ(record.listener, "l");
    EXPECT_EQ(record.bytes, bytes);
    EXPECT_FALSE(reader.end());
  }
  EXPECT_FALSE(reader.next(record));
  ASSERT_TRUE(reader.end());
  EXPECT_EQ(reader.end()->seconds, 2.5);
  EXPECT_EQ(reader.end()->records, datagrams.size());
  EXPECT_EQ(reader.end()->lost, 7U);
  EXPECT_FALSE(reader.next(record));
}

TEST(Reader, TakesLinesOfStatsDForRecords) {
  EXPECT_EQ(read("a:1|c\n\nb:2|c"), "   0.000000 a:1|c;   0.000000 ;   0.000000 b:2|c;");
  EXPECT_EQ(read("{\"a\":1}\n{\n"), "   0.000000 {\"a\":1};   0.000000 {;");
  EXPECT_EQ(read(std::string("\0\xff\r\n", 4)), std::string("   0.000000 \0\xff\r;", 16));
  EXPECT_EQ(read(""), "");
}

TEST(Reader, KeepsNothingOfTheRecordBefore) {
  EXPECT_EQ(read(capture("{\"t\":1,\"transport\":\"tcp\",\"sender\":\"a\",\"data\":\"x\"}\n"
                         "{\"base64\":\"eQ==\"}\n")),
            "tcp a  1.000000 x;   0.000000 y;");
}

TEST(Reader, IgnoresUnknownKeysAndBlankLines) {
  EXPECT_EQ(read(capture("\n{\"data\":\"x\",\"more\":{\"data\":[\"y\"]}}\n\r\n")),
            "   0.000000 x;");
}

TEST(Reader, TakesALastLineThatIsCutShortForTheEnd) {
  const auto file = capture("{\"data\":\"x\"}\n{\"data\":\"y");
  std::istringstream in(file);
  Reader reader(in);
  Record record;

  EXPECT_TRUE(reader.next(record));
  EXPECT_FALSE(reader.next(record));
  EXPECT_FALSE(reader.end());
  EXPECT_FALSE(reader.next(record));
  EXPECT_EQ(read(capture("{\"data\":\"x\"}\n{\"data\":\"y\"}")), "   0.000000 x;   0.000000 y;");
}

TEST(Reader, KnowsWhatWasLostOfACaptureThatIsCutOff) {
  std::string file;
  Writer writer(file);
  writer.begin(1, "here");
  writer.note_lost(0.5, 17);
  writer.record({.seconds = 1, .transport = {}, .sender = {}, .listener = {}, .bytes = "x"});
  std::istringstream in(file);
  Reader reader(in);
  Record record;

  EXPECT_TRUE(reader.next(record));
  EXPECT_EQ(record.bytes, "x");
  EXPECT_FALSE(reader.next(record));
  EXPECT_EQ(reader.lost(), 17U);
}

TEST(Reader, SaysWhichLineIsWrong) {
  EXPECT_EQ(fault_of(capture("{\"data\":\"x\"}\nx:1|c\n")), "line 3: no JSON object");
  EXPECT_EQ(fault_of(capture("{\"t\":1}\n")), "line 2: a record has `data` or `base64`");
  EXPECT_EQ(fault_of(capture("{\"data\":1}\n")), "line 2: `data` is no text");
  EXPECT_EQ(fault_of(capture("{\"base64\":\"===\"}\n")), "line 2: `base64` is no base64");
  EXPECT_EQ(fault_of(capture("{\"t\":-1,\"data\":\"\"}\n")), "line 2: `t` is no such number");
  EXPECT_EQ(fault_of(capture("{\"end\":1,\"lost\":1e300}\n")), "line 2: `lost` is no such number");
  EXPECT_EQ(fault_of(capture("{\"end\":1}\n{\"data\":\"\"}\n")),
            "line 3: something after the end of the capture");
}

TEST(Reader, RefusesOtherVersions) {
  EXPECT_EQ(fault_of("{\"weir_capture\":2}\n"),
            "line 1: a capture of version 2; this program reads version 1");
}

TEST(Reader, BoundsTheLengthOfALine) {
  const std::string longest(kFileLineBytesMax, 'a');
  std::istringstream in("b\n" + longest + "\n" + longest + "a\n");
  Reader reader(in);
  Record record;

  ASSERT_TRUE(reader.next(record));
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record.bytes.size(), longest.size());
  try {
    reader.next(record);
    FAIL();
  } catch (const FormatError& error) {
    EXPECT_STREQ(error.what(), "line 3: longer than 16777216 bytes");
  }
}

TEST(Reader, SaysWhenTheFileCannotBeRead) {
  std::istringstream in("a");
  in.setstate(std::ios::failbit);

  EXPECT_THROW(Reader{in}, FormatError);
}

}  // namespace
}  // namespace weir::capture
