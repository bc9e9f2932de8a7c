// SPDX-License-Identifier: Apache-2.0
#include "exposition/sample_lines.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::exposition {
namespace {

using testing::ElementsAre;

TEST(SampleLines, PutsANameThatMustBeQuotedIntoTheBraces) {
  std::string out;
  SampleLines lines(out, NumberForm::Prometheus);
  lines.begin_family("a.b");
  for (const char* labels : {"", R"(l="v","x.y"="z")"}) {
    lines.begin_series(labels);
    lines.write("", 1);
    lines.write_count("_bucket", R"(le="1")", 2);
    lines.end_series();
  }

  EXPECT_EQ(out,
            "{\"a.b\"} 1\n"
            "{\"a.b_bucket\",le=\"1\"} 2\n"
            "{\"a.b\",l=\"v\",\"x.y\"=\"z\"} 1\n"
            "{\"a.b_bucket\",l=\"v\",\"x.y\"=\"z\",le=\"1\"} 2\n");
}

TEST(SampleLines, ShowsTheNameAsMetadataLinesHaveIt) {
  std::string out;
  SampleLines lines(out, NumberForm::Prometheus);
  lines.begin_family("a:b_1");
  EXPECT_EQ(lines.shown_name(), "a:b_1");
  lines.begin_family("a\"\\\nb");
  EXPECT_EQ(lines.shown_name(), "\"a\\\"\\\\\\nb\"");
}

TEST(SampleLines, TakesNamesAndLabelsOfAnyLength) {
  const std::string name(100'000, 'n');
  const std::string labels = "l=\"" + std::string(1'000'000, 'v') + '"';
  std::string out;
  SampleLines lines(out, NumberForm::OpenMetrics);
  lines.begin_family(name);
  lines.begin_series(labels);
  lines.write("_sum", 1);
  lines.write_count("_count", 1);
  lines.end_series();

  EXPECT_EQ(out, name + "_sum{" + labels + "} 1.0\n" + name + "_count{" + labels + "} 1\n");
}

TEST(NumberLabels, FollowWhatTheyAreOf) {
  NumberLabels labels(NumberForm::OpenMetrics);
  const std::vector<double> bounds{1, 2.5};
  const std::vector<double> others{1, 3};
  const std::vector<metrics::Objective> objectives{{0.5, 0.1}, {1, 0.1}};

  EXPECT_THAT(labels.of_bounds(bounds), ElementsAre(R"(le="1.0")", R"(le="2.5")", R"(le="+Inf")"));
  EXPECT_THAT(labels.of_bounds(others), ElementsAre(R"(le="1.0")", R"(le="3.0")", R"(le="+Inf")"));
  EXPECT_THAT(labels.of_objectives(objectives),
              ElementsAre(R"(quantile="0.5")", R"(quantile="1.0")"));
  EXPECT_THAT(labels.of_objectives({}), ElementsAre());
  EXPECT_THAT(labels.of_bounds({}), ElementsAre(R"(le="+Inf")"));
  EXPECT_THAT(labels.of_objectives({}), ElementsAre());
}

}  // namespace
}  // namespace weir::exposition
