// SPDX-License-Identifier: Apache-2.0
#include "passthrough/openmetrics_parser.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "weir/passthrough/text_writer.h"

namespace weir::passthrough {
namespace {

// The page as text 0.0.4, or what is wrong.
std::string read_openmetrics(std::string_view page) {
  const auto families = parse_text(page, {});
  if (!families) return families.error().what;
  std::string text;
  write_text(*families, text);
  return text;
}

TEST(OpenMetricsParser, GivesCountersTheNamesOfTheirSamples) {
  EXPECT_EQ(read_openmetrics("# TYPE jobs counter\n# HELP jobs All \\\"of\\\" them.\n"
                             "jobs_total{a=\"b\"} 3.0\njobs_created{a=\"b\"} 1.7e9\n# EOF\n"),
            "# HELP jobs_total All \"of\" them.\n# TYPE jobs_total counter\n"
            "jobs_total{a=\"b\"} 3\n");
}

TEST(OpenMetricsParser, ReadsTimesInSecondsAndDropsExemplars) {
  EXPECT_EQ(read_openmetrics("# TYPE a gauge\na 1 1700000000.25\n"
                             "# TYPE h histogram\nh_bucket{le=\"1.0\"} 2 # {id=\"x\"} 0.5 1.0\n"
                             "h_bucket{le=\"+Inf\"} 2 3 # {} 7\nh_count 2\nh_sum 1.0\n# EOF"),
            "# TYPE a gauge\na 1 1700000000250\n# TYPE h histogram\nh_bucket{le=\"1.0\"} 2\n"
            "h_bucket{le=\"+Inf\"} 2 3000\nh_count 2\nh_sum 1\n");
}

TEST(OpenMetricsParser, GivesOtherTypesTheNearestThatTheTextFormatHas) {
  EXPECT_EQ(read_openmetrics("# TYPE build info\nbuild_info{version=\"1\"} 1\n"
                             "# TYPE mode stateset\nmode{mode=\"a\"} 1\n"
                             "# TYPE queue gaugehistogram\nqueue_bucket{le=\"+Inf\"} 4\n"
                             "queue_gcount 4\nqueue_gsum 2\n# TYPE x unknown\nx 1\n# EOF\n"),
            "# TYPE build_info gauge\nbuild_info{version=\"1\"} 1\n"
            "# TYPE mode gauge\nmode{mode=\"a\"} 1\n"
            "# TYPE queue_bucket untyped\nqueue_bucket{le=\"+Inf\"} 4\n"
            "# TYPE queue_gcount untyped\nqueue_gcount 4\n# TYPE queue_gsum untyped\nqueue_gsum 2\n"
            "# TYPE x untyped\nx 1\n");
}

TEST(OpenMetricsParser, ReadsSummariesAndUnits) {
  EXPECT_EQ(read_openmetrics("# TYPE t_seconds summary\n# UNIT t_seconds seconds\n"
                             "t_seconds{quantile=\"0.5\"} 1\nt_seconds_count 2\nt_seconds_sum 3\n"
                             "t_seconds_created 1\n# EOF\n"),
            "# TYPE t_seconds summary\nt_seconds{quantile=\"0.5\"} 1\nt_seconds_count 2\n"
            "t_seconds_sum 3\n");
}

TEST(OpenMetricsParser, RefusesWhatIsWrong) {
  EXPECT_EQ(read_openmetrics("a 1\n# EOF\nb 2\n# EOF\n"), "there is more after # EOF");
  EXPECT_EQ(read_openmetrics("# TYPE a number\n# EOF\n"), "unknown metric type \"number\"");
  EXPECT_EQ(read_openmetrics("# TYPE a gauge\n# TYPE a gauge\n# EOF\n"),
            "second TYPE line for one metric name");
  EXPECT_EQ(read_openmetrics("a 1\n# TYPE a histogram\na_count 1\n# EOF\n"),
            "TYPE reported after samples of metric name \"a\"");
  EXPECT_EQ(read_openmetrics("a x\n# EOF\n"), "expected float as value, got \"x\"");
  EXPECT_EQ(read_openmetrics("a 1 x\n# EOF\n"), "expected seconds as timestamp, got \"x\"");
  EXPECT_EQ(read_openmetrics("a 1 nan\n# EOF\n"), "expected seconds as timestamp, got \"nan\"");
  EXPECT_EQ(read_openmetrics("a 1 2 3\n# EOF\n"), "spurious string after timestamp");
  const auto cut = parse_text("a 1\n", {}, TextFormat::OpenMetrics);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().what, "the last line is not # EOF");
}

TEST(OpenMetricsParser, IsChosenByTheLastLineAlone) {
  EXPECT_EQ(read_openmetrics("# TYPE a counter\na_total 1\n# EOF\n"),
            "# TYPE a_total counter\na_total 1\n");
  EXPECT_EQ(read_openmetrics("# TYPE a counter\na_total 1\n"),
            "# TYPE a_total untyped\na_total 1\n");
  EXPECT_EQ(read_openmetrics("# EOF"), "");
  EXPECT_EQ(read_openmetrics("a 1\n## EOF\n"), "# TYPE a untyped\na 1\n");
}

}  // namespace
}  // namespace weir::passthrough
