// SPDX-License-Identifier: Apache-2.0
#include "mappingtest/comparison.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::mappingtest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Each with `=`, `-` or `+` in front.
std::vector<std::string> compared(const std::vector<std::string>& expected, std::string_view page) {
  std::vector<PageSample> samples;
  samples.reserve(expected.size());
  for (const auto& text : expected) samples.push_back(*parse_page_sample(text));
  std::vector<std::string> shown;
  for (const auto& [match, text] : compare(samples, page)) {
    const char sign = match == Match::Same ? '=' : match == Match::Missing ? '-' : '+';
    shown.push_back(sign + text);
  }
  return shown;
}

constexpr std::string_view kHistogram =
    "# HELP t Some help.\n# TYPE t histogram\n"
    "t_bucket{a=\"b\",le=\"1\"} 0\nt_bucket{a=\"b\",le=\"+Inf\"} 2\nt_sum{a=\"b\"} 4\n"
    "t_count{a=\"b\"} 2\n";
constexpr std::string_view kSummary =
    "# HELP s Some help.\n# TYPE s summary\ns{quantile=\"0.5\"} 1\ns_sum 1\ns_count 1\n";

TEST(Comparison, FindsTheSameSeries) {
  EXPECT_THAT(compared({}, ""), IsEmpty());
  EXPECT_THAT(compared({R"(a{c="d",b="e"} 1.0)"}, "# TYPE a gauge\na{b=\"e\",c=\"d\"} 1\n"),
              ElementsAre(R"(=a{b="e",c="d"} 1)"));
}

TEST(Comparison, ShowsWhatIsMissingBeforeWhatIsInItsPlace) {
  EXPECT_THAT(compared({"c 1", "a 1", "b 1"},
                       "# TYPE a gauge\na 2\n# TYPE b gauge\nb 1\n"
                       "# TYPE d gauge\nd 1\n"),
              ElementsAre("-c 1", "-a 1", "+a 2", "=b 1", "+d 1"));
}

TEST(Comparison, ForgivesRoundingOnly) {
  EXPECT_THAT(compared({"a 0.3"}, "a 0.30000000000000004\n"),
              ElementsAre("=a 0.30000000000000004"));
  EXPECT_THAT(compared({"a 1"}, "a 1.00000000001\n"), ElementsAre("-a 1", "+a 1.00000000001"));
  EXPECT_THAT(compared({"a 0"}, "a 1e-20\n"), ElementsAre("-a 0", "+a 1e-20"));
  EXPECT_THAT(compared({"a NaN", "b +Inf"}, "a NaN\nb +Inf\n"), ElementsAre("=a NaN", "=b +Inf"));
  EXPECT_THAT(compared({"b 1e308"}, "b +Inf\n"), ElementsAre("-b 1e308", "+b +Inf"));
}

TEST(Comparison, HoldsTimesAgainstEachOther) {
  EXPECT_THAT(compared({"a 1 5"}, "a 1 5\n"), ElementsAre("=a 1 5"));
  EXPECT_THAT(compared({"a 1"}, "a 1 5\n"), ElementsAre("-a 1", "+a 1 5"));
}

TEST(Comparison, LetsBucketsOfASeriesBeLeftOut) {
  EXPECT_THAT(compared({R"(t_sum{a="b"} 4)", R"(t_count{a="b"} 2)"}, kHistogram),
              ElementsAre(R"(=t_sum{a="b"} 4)", R"(=t_count{a="b"} 2)"));
  EXPECT_THAT(compared({}, kHistogram), ElementsAre(R"(+t_sum{a="b"} 4)", R"(+t_count{a="b"} 2)"));
  // One of them, and all count.
  EXPECT_THAT(compared({R"(t_bucket{a="b",le="1"} 0)", R"(t_sum{a="b"} 4)", R"(t_count{a="b"} 2)"},
                       kHistogram),
              ElementsAre(R"(=t_bucket{a="b",le="1"} 0)", R"(=t_sum{a="b"} 4)",
                          R"(=t_count{a="b"} 2)", R"(+t_bucket{a="b",le="+Inf"} 2)"));
}

TEST(Comparison, LetsQuantilesOfASeriesBeLeftOut) {
  EXPECT_THAT(compared({"s_sum 1", "s_count 1"}, kSummary), ElementsAre("=s_sum 1", "=s_count 1"));
  EXPECT_THAT(
      compared({"s_sum 1", "s_count 1", R"(s{quantile="0.5"} 2)"}, kSummary),
      ElementsAre("=s_sum 1", "=s_count 1", R"(-s{quantile="0.5"} 2)", R"(+s{quantile="0.5"} 1)"));
}

TEST(Comparison, TakesLabelsCalledLikePartsOfOtherTypesForLabels) {
  EXPECT_THAT(compared({}, "# TYPE a gauge\na{le=\"1\"} 1\n"), ElementsAre(R"(+a{le="1"} 1)"));
  EXPECT_THAT(compared({}, std::string(kSummary) + "# TYPE u gauge\nu{quantile=\"1\"} 1\n"),
              ElementsAre("+s_sum 1", "+s_count 1", R"(+u{quantile="1"} 1)"));
}

}  // namespace
}  // namespace weir::mappingtest
