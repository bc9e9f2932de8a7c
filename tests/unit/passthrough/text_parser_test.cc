// SPDX-License-Identifier: Apache-2.0
#include "weir/passthrough/text_parser.h"

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "weir/passthrough/text_writer.h"

namespace weir::passthrough {
namespace {

// The page as it is written again, or `LINE:COLUMN: what is wrong`.
std::string read_text(std::string_view page, const ParseLimits& limits = {}) {
  const auto families = parse_text(page, limits, TextFormat::Prometheus);
  if (!families) {
    const ParseError& error = families.error();
    return fmt::format("{}:{}: {}", error.line, error.column, error.what);
  }
  std::string text;
  write_text(*families, text);
  return text;
}

TEST(TextParser, ReadsFamiliesOfEveryType) {
  const std::string page =
      "# HELP jobs How many.\n# TYPE jobs counter\njobs{a=\"x\",b=\"y\"} 3\njobs 1\n"
      "# TYPE heat gauge\nheat -1.5 1700000000000\n"
      "# TYPE plain untyped\nplain 7\n"
      "# TYPE size summary\nsize{quantile=\"0.5\"} 2\nsize_sum 10\nsize_count 4\n"
      "# TYPE time histogram\ntime_bucket{le=\"1\"} 2\ntime_bucket{le=\"+Inf\"} 3\ntime_sum 9\n"
      "time_count 3\n";
  EXPECT_EQ(read_text(page), page);
}

TEST(TextParser, TakesBlanksCommentsAndEmptyLines) {
  EXPECT_EQ(read_text(" \t# a comment\n\n  a { b = \"c\" , }\t1  \t2\n#\n# HELP\n# TYPE a\n"),
            "# TYPE a untyped\na{b=\"c\"} 1 2\n");
  EXPECT_EQ(read_text("   "), "");
  EXPECT_EQ(read_text(""), "");
}

TEST(TextParser, TakesEscapesAway) {
  const std::string page = "# HELP a b\\\\c\\nd\n# TYPE a untyped\na{x=\"1\\\\2\\\"3\\n4\"} 1\n";
  const auto families = parse_text(page, {});
  ASSERT_TRUE(families);
  EXPECT_EQ(families->front().help, "b\\c\nd");
  EXPECT_EQ(families->front().samples.front().labels.front().value, "1\\2\"3\n4");
  EXPECT_EQ(read_text(page), page);
}

TEST(TextParser, ReadsNumbersAsGoDoes) {
  EXPECT_EQ(read_text("a NaN\na -Inf\na +inf\na 1e3\na .5\n"),
            "# TYPE a untyped\na NaN\na -Inf\na +Inf\na 1000\na 0.5\n");
  for (const char* const number : {"1_0", "0x1p3", "1e400", "one", "1,5"}) {
    EXPECT_EQ(read_text(fmt::format("a {}\n", number)).substr(5),
              fmt::format("expected float as value, got \"{}\"", number).substr(0))
        << number;
  }
}

TEST(TextParser, LeavesOutFamiliesWithoutSamples) {
  EXPECT_EQ(read_text("# HELP a x\n# TYPE a gauge\nb 1\n"), "# TYPE b untyped\nb 1\n");
}

TEST(TextParser, GivesSamplesToTheFamilyThatHasThem) {
  EXPECT_EQ(read_text("a_sum 1\n# TYPE a summary\na_count 2\na_sum 3\na_bucket 4\n"),
            "# TYPE a_sum untyped\na_sum 1\na_sum 3\n# TYPE a summary\na_count 2\n"
            "# TYPE a_bucket untyped\na_bucket 4\n");
}

TEST(TextParser, SaysWhatIsWrongAsGoDoes) {
  EXPECT_EQ(read_text("a 1\n1b 2\n"), "2:1: invalid metric name");
  EXPECT_EQ(read_text("a 1"), "1:4: unexpected end of input stream");
  EXPECT_EQ(read_text("# comment"), "1:10: unexpected end of input stream");
  EXPECT_EQ(read_text("# HELP 1a x\n"), "1:8: invalid metric name in comment");
  EXPECT_EQ(read_text("# HELP a x\n# HELP a y\n"), "2:10: second HELP line for metric name \"a\"");
  EXPECT_EQ(read_text("# HELP a \\t\n"), "1:11: invalid escape sequence '\\t'");
  EXPECT_EQ(read_text("a 1\n# TYPE a gauge\n"),
            "2:10: second TYPE line for metric name \"a\", or TYPE reported after samples");
  EXPECT_EQ(read_text("# TYPE a number\n"), "1:16: unknown metric type \"number\"");
  EXPECT_EQ(read_text("a\n"), "1:2: expected float as value, got \"\"");
  EXPECT_EQ(read_text("a 1 \n"), "1:5: expected integer as timestamp, got \"\"");
  EXPECT_EQ(read_text("a 1 2.5\n"), "1:8: expected integer as timestamp, got \"2.5\"");
  EXPECT_EQ(read_text("a 1 2 3\n"), "1:8: spurious string after timestamp: \" 3\"");
}

TEST(TextParser, SaysWhatIsWrongWithLabels) {
  EXPECT_EQ(read_text("a{1=\"x\"} 1\n"), "1:3: invalid label name for metric \"a\"");
  EXPECT_EQ(read_text("a{__name__=\"x\"} 1\n"), "1:11: label name \"__name__\" is reserved");
  EXPECT_EQ(read_text("a{b:\"x\"} 1\n"), "1:4: expected '=' after label name, found ':'");
  EXPECT_EQ(read_text("a{b=x} 1\n"), "1:5: expected '\"' at start of label value, found 'x'");
  EXPECT_EQ(read_text("a{b=\"x\",b=\"y\"} 1\n"), "1:10: duplicate label names for metric \"a\"");
  EXPECT_EQ(read_text("a{b=\"x\" c=\"y\"} 1\n"), "1:9: unexpected end of label value \"x\"");
  EXPECT_EQ(read_text("a{b=\"x\\q\"} 1\n"), "1:8: invalid escape sequence '\\q'");
  EXPECT_EQ(read_text("a{b=\"x\n\"} 1\n"), "1:7: label value \"x\" contains unescaped new-line");
  EXPECT_EQ(read_text("a{b=\"\xff\"} 1\n"), "1:8: invalid label value \"\\xff\"");
  EXPECT_EQ(read_text("# TYPE a histogram\na_bucket{le=\"x\"} 1\n"),
            "2:16: expected float as value for 'le' label, got \"x\"");
  EXPECT_EQ(read_text("a{b=\"x\""), "1:8: unexpected end of input stream");
}

TEST(TextParser, RefusesPagesPastTheirLimits) {
  EXPECT_EQ(read_text("a 1\nb 2\n", {.bytes_max = 7}), "0:0: more than 7 bytes");
  EXPECT_EQ(read_text("a 1\nb 2\n", {.samples_max = 1}), "3:1: more than 1 samples");
  EXPECT_EQ(read_text("a{b=\"1\",c=\"2\"} 1\n", {.labels_max = 1}), "1:10: more than 1 labels");
  EXPECT_NE(read_text("a{b=\"1\"} 1\n", {.bytes_max = 11, .samples_max = 1, .labels_max = 1})
                .find("# TYPE"),
            std::string::npos);
}

TEST(TextParser, DoesNotAnswerWithALongPage) {
  const std::string page = "a " + std::string(100'000, 'x') + "\n";
  EXPECT_LT(read_text(page).size(), 2000U);
}

}  // namespace
}  // namespace weir::passthrough
