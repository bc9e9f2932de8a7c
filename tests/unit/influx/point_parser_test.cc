// SPDX-License-Identifier: Apache-2.0
#include "weir/influx/point_parser.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::influx {
namespace {

using testing::ElementsAre;

constexpr std::size_t kLineMax = 65'536;

// `measurement|tags|key=value,key=text|seconds`, or what is wrong.
std::string read(std::string_view line, Precision precision = Precision::Nanoseconds) {
  PointParser parser(kLineMax);
  const auto point = parser.parse(line, precision);
  if (!point) return text_of(point.error());
  std::string text = std::string(point->measurement) + "|" + std::string(point->tags) + "|";
  for (const Field& field : point->fields) {
    if (text.back() != '|') text += ',';
    text += std::string(field.key) + "=";
    text += field.is_text ? "text" : testing::PrintToString(field.value);
  }
  return text + "|" + (point->unix_seconds ? std::to_string(*point->unix_seconds) : "");
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) lines.emplace_back(take_line(text));
  return lines;
}

TEST(PointParser, ReadsMeasurementTagsFieldsAndTime) {
  EXPECT_EQ(read("cpu value=1"), "cpu||value=1|");
  EXPECT_EQ(read("cpu,host=a,zone=b idle=2.5,busy=-1.5e+3 1700000000000000000"),
            "cpu|,host=a,zone=b|idle=2.5,busy=-1500|1700000000");
  EXPECT_EQ(read("cpu value=1   7000000000  "), "cpu||value=1|7");
}

TEST(PointParser, ReadsEveryTypeOfField) {
  EXPECT_EQ(read("m a=42i,b=-7i,c=7u,d=.5,e=5."), "m||a=42,b=-7,c=7,d=0.5,e=5|");
  EXPECT_EQ(read("m a=t,b=T,c=true,d=True,e=TRUE"), "m||a=1,b=1,c=1,d=1,e=1|");
  EXPECT_EQ(read("m a=f,b=F,c=false,d=False,e=FALSE"), "m||a=0,b=0,c=0,d=0,e=0|");
  EXPECT_EQ(read(R"(m a="hello, world=1 \" x",b=1)"), "m||a=text,b=1|");
  EXPECT_EQ(read("m a=9223372036854775807i"), "m||a=9.22337e+18|");
}

TEST(PointParser, KeepsEscapesAsTheyAre) {
  EXPECT_EQ(read(R"(a\,b\ c,k\=1=v\,\ 2 f\=g=1)"), R"(a\,b\ c|,k\=1=v\,\ 2|f\=g=1|)");
}

TEST(PointParser, SaysWhatIsWrongAsInfluxDbDoes) {
  EXPECT_EQ(read("cpu"), "missing fields");
  EXPECT_EQ(read("cpu,a=b"), "missing fields");
  EXPECT_EQ(read("cpu "), "invalid field format");
  EXPECT_EQ(read(",a=b value=1"), "missing measurement");
  EXPECT_EQ(read("cpu =1"), "missing field key");
  EXPECT_EQ(read("cpu a=1,=2"), "missing field key");
  EXPECT_EQ(read("cpu value="), "missing field value");
  EXPECT_EQ(read("cpu value=,b=1"), "missing field value");
  EXPECT_EQ(read("cpu value"), "invalid field format");
  EXPECT_EQ(read("cpu value=1,"), "invalid field format");
  EXPECT_EQ(read("cpu,=b value=1"), "missing tag key");
  EXPECT_EQ(read("cpu,a= value=1"), "missing tag value");
  EXPECT_EQ(read("cpu,a value=1"), "missing tag value");
  EXPECT_EQ(read("cpu,a=b=c value=1"), "invalid tag format");
  EXPECT_EQ(read("s v=\"abc"), "unbalanced quotes");
}

TEST(PointParser, TakesNoOtherNumbers) {
  for (const char* const number :
       {"1.2.3", "NaN", "nan", "-", "1.5i", "1e", "0x10", "1_0", "9i10"}) {
    EXPECT_EQ(read("m v=" + std::string(number)), "invalid number") << number;
  }
  for (const char* const word : {"abc", "inf", "+1", "tru", "trueish"}) {
    EXPECT_EQ(read("m v=" + std::string(word)), "invalid boolean") << word;
  }
  EXPECT_EQ(read("m v=1e400"), "invalid number");
  EXPECT_EQ(read("m v=9223372036854775808i"),
            "unable to parse integer 9223372036854775808: strconv.ParseInt: parsing "
            "\"9223372036854775808\": value out of range");
}

TEST(PointParser, ReadsTimesInEveryPrecision) {
  EXPECT_EQ(read("m v=1 7999999999", Precision::Nanoseconds), "m||v=1|7");
  EXPECT_EQ(read("m v=1 7999999", Precision::Microseconds), "m||v=1|7");
  EXPECT_EQ(read("m v=1 7999", Precision::Milliseconds), "m||v=1|7");
  EXPECT_EQ(read("m v=1 7", Precision::Seconds), "m||v=1|7");
  EXPECT_EQ(read("m v=1 7", Precision::Minutes), "m||v=1|420");
  EXPECT_EQ(read("m v=1 7", Precision::Hours), "m||v=1|25200");
  EXPECT_EQ(read("m v=1 -1", Precision::Milliseconds), "m||v=1|-1");
}

TEST(PointParser, RefusesOtherTimes) {
  EXPECT_EQ(read("m v=1 abc"), "bad timestamp");
  EXPECT_EQ(read("m v=1 -"), "bad timestamp");
  EXPECT_EQ(read("m v=1 1.5"), "bad timestamp");
  EXPECT_EQ(read("m v=1 1 x"), "point is invalid");
  const std::string range = "time outside range -9223372036854775806 - 9223372036854775806";
  EXPECT_EQ(read("m v=1 9223372036854775807"), range);
  EXPECT_EQ(read("m v=1 1700000000000", Precision::Hours), range);
}

TEST(PointParser, RefusesWhatIsTooLong) {
  PointParser parser(10);
  EXPECT_TRUE(parser.parse("m value=12", Precision::Seconds).has_value());
  EXPECT_EQ(parser.parse("m value=123", Precision::Seconds).error().fault, PointFault::LineTooLong);
}

// The work for a line must not grow with the square of its length.
TEST(PointParser, RefusesManyFieldsBesideALongKey) {
  const std::string key(1024, 'm');
  std::string line = key + " a=1";
  for (int i = 1; i < 1024; ++i) line += ",a=1";
  PointParser parser(kLineMax);
  EXPECT_TRUE(parser.parse(line, Precision::Seconds).has_value());
  const auto refused = parser.parse(line + ",a=1", Precision::Seconds);
  EXPECT_EQ(refused.error().fault, PointFault::TooManyFields);
}

TEST(TakeLine, EndsAtALineFeedOutsideQuotes) {
  EXPECT_THAT(lines_of("a v=1\nb v=2\n"), ElementsAre("a v=1", "b v=2"));
  EXPECT_THAT(lines_of("\n\na v=1"), ElementsAre("", "", "a v=1"));
  EXPECT_THAT(lines_of("a v=\"x\ny\",n=1\nb v=2"), ElementsAre("a v=\"x\ny\",n=1", "b v=2"));
  EXPECT_THAT(lines_of("a v=\"x\\\"\ny\"\nb v=2"), ElementsAre("a v=\"x\\\"\ny\"", "b v=2"));
}

TEST(TakeLine, KnowsThatQuotesInKeysAreNone) {
  EXPECT_THAT(lines_of("a\"b,t=\"c v=1\nb v=2"), ElementsAre("a\"b,t=\"c v=1", "b v=2"));
  EXPECT_THAT(lines_of("a \"v=1\nb v=2"), ElementsAre("a \"v=1", "b v=2"));
}

TEST(ContentOf, LeavesBlanksAndCommentsOut) {
  EXPECT_EQ(content_of("  \tcpu v=1"), "cpu v=1");
  EXPECT_EQ(content_of("   "), "");
  EXPECT_EQ(content_of("# cpu v=1"), "");
  EXPECT_EQ(content_of("  # cpu v=1"), "");
}

}  // namespace
}  // namespace weir::influx
