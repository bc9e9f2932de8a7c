// SPDX-License-Identifier: Apache-2.0
#include "weir/wavefront/line_parser.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace weir::wavefront {
namespace {

constexpr std::uint32_t kWeightMax = 1000;

std::string plain(const Word& word) {
  std::string text;
  append_plain(text, word);
  return text;
}

// `name=1 @time {key=value;}`, with `+` before the name of a delta and `#count:mean` of each
// centroid in place of the value; `! what is wrong`.
std::string parsed(std::string_view text) {
  LineParser parser(kWeightMax);
  const auto line = parser.parse(text);
  if (!line) return "! " + std::string(text_of(line.error()));
  std::string shown = (line->kind == LineKind::Delta ? "+" : "") + plain(line->name);
  if (line->kind != LineKind::Distribution) shown += "=" + testing::PrintToString(line->value);
  for (const Centroid& centroid : line->centroids) {
    shown += " #" + std::to_string(centroid.count) + ":" + testing::PrintToString(centroid.mean);
  }
  if (line->unix_seconds) shown += " @" + std::to_string(*line->unix_seconds);
  shown += " {";
  for (const Tag& tag : line->tags) shown += plain(tag.key) + "=" + plain(tag.value) + ";";
  return shown + "}";
}

TEST(LineParser, ReadsAMetric) {
  EXPECT_EQ(parsed("new-york.power.usage 42422 1533531013 source=localhost datacenter=dc1"),
            "new-york.power.usage=42422 @1533531013 {source=localhost;datacenter=dc1;}");
  EXPECT_EQ(parsed("a -2.5E-4"), "a=-0.00025 {}");
}

TEST(LineParser, ReadsWhatTheSdkWrites) {
  EXPECT_EQ(parsed(R"("my.metric" 42.0 1533531013000 source="host" "k"="a \"b\", c=d" "t"="it's")"),
            R"(my.metric=42 @1533531013 {source=host;k=a "b", c=d;t=it's;})");
}

TEST(LineParser, ReadsQuotesOfEitherKind) {
  EXPECT_EQ(parsed(R"('a b' '1' 'k'='x\'y"z')"), R"(a b=1 {k=x'y"z;})");
  EXPECT_EQ(parsed(R"("a" 1 k="C:\dir\n")"), R"(a=1 {k=C:\dir\n;})");
}

TEST(LineParser, TakesSpacesAnywhereBetweenWords) {
  EXPECT_EQ(parsed("  a\t1  k = v \r"), "a=1 {k=v;}");
}

TEST(LineParser, TellsTheUnitOfATimeByItsDigits) {
  EXPECT_EQ(parsed("a 1 1533531013.7"), "a=1 @1533531013 {}");
  EXPECT_EQ(parsed("a 1 1533531013999"), "a=1 @1533531013 {}");
  EXPECT_EQ(parsed("a 1 1533531013999999"), "a=1 @1533531013 {}");
  EXPECT_EQ(parsed("a 1 1533531013900000000"), "a=1 @1533531013 {}");
  EXPECT_EQ(parsed("a 1 1e300"), "a=1 @1000000000000 {}");
}

TEST(LineParser, TakesAKeyThatBeginsWithADigitForNoTime) {
  EXPECT_EQ(parsed("a 1 2nd=x"), "a=1 {2nd=x;}");
}

TEST(LineParser, KnowsDeltasByEitherSign) {
  EXPECT_EQ(parsed("\xE2\x88\x86jobs 3"), "+jobs=3 {}");
  EXPECT_EQ(parsed("\"\xCE\x94~sdk.jobs\" 3"), "+~sdk.jobs=3 {}");
  EXPECT_EQ(parsed("\xCE\x94 3"), "! no name");
}

TEST(LineParser, ReadsDistributions) {
  EXPECT_EQ(parsed("!M 1533531013 #20 30.0 #10 5.1 request.latency source=a region=us-west"),
            "request.latency #20:30 #10:5.1 @1533531013 {source=a;region=us-west;}");
  EXPECT_EQ(parsed("!H # 1 -2 \"l\""), "l #1:-2 {}");
}

TEST(LineParser, RefusesBadDistributions) {
  const std::string centroid =
      "! a centroid is not #count mean, with a count from 1 to --limits.sampling-weight";
  EXPECT_EQ(parsed("!M a"), "! a distribution without centroids");
  EXPECT_EQ(parsed("!M #0 1 a"), centroid);
  EXPECT_EQ(parsed("!M #-1 1 a"), centroid);
  EXPECT_EQ(parsed("!M #1001 1 a"), centroid);
  EXPECT_EQ(parsed("!M #99999999999 1 a"), centroid);
  EXPECT_EQ(parsed("!M #1 NaN a"), centroid);
  EXPECT_EQ(parsed("!M #1"), centroid);
  EXPECT_EQ(parsed("!M #1 2"), "! no name");
}

TEST(LineParser, KnowsWhatIsOfAnotherKind) {
  const std::string unsupported = "! neither a metric nor a distribution";
  EXPECT_EQ(parsed("@Event 1 2 \"x\" host=\"a\""), unsupported);
  EXPECT_EQ(parsed("@SourceTag action=save source=a b"), unsupported);
  EXPECT_EQ(parsed(R"({"traceId":"x"})"), unsupported);
  EXPECT_EQ(parsed(R"([{"message":"x"}])"), unsupported);
  EXPECT_EQ(parsed(R"("getAllUsers" source="a" traceId=1 spanId=2 1533531013 343500)"),
            unsupported);
}

TEST(LineParser, SaysWhatIsWrong) {
  EXPECT_EQ(parsed("a"), "! the value is not a number");
  EXPECT_EQ(parsed("a b"), "! the value is not a number");
  EXPECT_EQ(parsed("a NaN"), "! the value is not a number");
  EXPECT_EQ(parsed("a 1e999"), "! the value is not a number");
  EXPECT_EQ(parsed("a 1 2x k=v"), "! the time is not a number");
  EXPECT_EQ(parsed("a 1 k"), "! a tag is not key=value");
  EXPECT_EQ(parsed("a 1 k="), "! a tag is not key=value");
  EXPECT_EQ(parsed("a 1 k==v"), "! a tag is not key=value");
  EXPECT_EQ(parsed("a 1 x=1 =v"), "! a tag is not key=value");
  EXPECT_EQ(parsed("a 1 \"\"=v"), "! a tag is not key=value");
  EXPECT_EQ(parsed("\"\" 1"), "! no name");
  EXPECT_EQ(parsed("=a 1"), "! no name");
  EXPECT_EQ(parsed("\"a 1"), "! a quote is not closed");
  EXPECT_EQ(parsed(R"(a 1 k="v\")"), "! a quote is not closed");
  EXPECT_EQ(parsed(std::string_view("a\0b 1", 5)), "! a byte is zero");
}

TEST(LineParser, BoundsTheWorkOfALine) {
  std::string line = "!M ";
  for (int i = 0; i < 1025; ++i) line += "#1 1 ";
  EXPECT_EQ(parsed(line + std::string(1024, 'a')),
            "! too many centroids for so long a name and tags");
  EXPECT_TRUE(parsed(line + std::string(1023, 'a')).starts_with("aaa"));
}

TEST(LineParser, KnowsBlankLines) {
  EXPECT_TRUE(is_blank(" \t\r"));
  EXPECT_TRUE(is_blank(""));
  EXPECT_FALSE(is_blank(" a"));
}

}  // namespace
}  // namespace weir::wavefront
