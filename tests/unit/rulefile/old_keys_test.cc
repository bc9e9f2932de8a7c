// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

using namespace std::chrono_literals;
using sample::EventKind;

using Quantiles = std::vector<mapping::QuantileOption>;
using Buckets = std::vector<double>;

const Quantiles kDefaultQuantiles{{0.5, 0.05}, {0.9, 0.01}, {0.99, 0.001}};

class OldKey : public testing::TestWithParam<std::pair<std::string, std::string>> {};

// Difference Q43: the line of the old key, and what the warning must name.
TEST_P(OldKey, IsTakenWithAWarningThatNamesTheNewOne) {
  const auto& [line, replacement] = GetParam();

  const auto warnings = warnings_of("mappings:\n- match: a\n  name: n\n" + line);

  ASSERT_EQ(warnings.size(), 1);
  EXPECT_NE(warnings[0].find("use \"" + replacement + "\" instead"), std::string::npos)
      << warnings[0];
}

INSTANTIATE_TEST_SUITE_P(
    , OldKey,
    testing::Values(std::pair("  timer_type: histogram\n", "observer_type"),
                    std::pair("  buckets: [1]\n", "histogram_options.buckets"),
                    std::pair("  quantiles: [{quantile: 0.5}]\n", "summary_options.quantiles"),
                    std::pair("  match_metric_type: timer\n", "observer"),
                    std::pair("  summary_options: {max_summary_age: 1s}\n", "max_age"),
                    std::pair("  summary_options: {summary_age_buckets: 1}\n", "age_buckets"),
                    std::pair("  summary_options: {stream_buffer_size: 1}\n", "buf_cap"),
                    std::pair("defaults: {timer_type: summary}\n", "observer_type"),
                    std::pair("defaults: {buckets: [1]}\n", "histogram_options.buckets"),
                    std::pair("defaults: {quantiles: [{quantile: 0.5}]}\n",
                              "summary_options.quantiles")));

TEST(OldKeys, GivesOldKeysTheirMeaning) {
  EXPECT_EQ(rule_with("  timer_type: histogram\n").observer_type, mapping::ObserverType::Histogram);
  EXPECT_EQ(rule_with("  buckets: [1]\n").histogram.buckets, (Buckets{1}));
  EXPECT_EQ(rule_with("  quantiles: [{quantile: 0.5, error: 0.1}]\n").summary.quantiles,
            (Quantiles{{0.5, 0.1}}));
  EXPECT_EQ(rule_with("  match_metric_type: timer\n").kind, EventKind::Observer);
  EXPECT_EQ(rule_with("  summary_options: {max_summary_age: 1s, summary_age_buckets: 2, "
                      "stream_buffer_size: 3}\n")
                .summary,
            (mapping::SummaryOptions{kDefaultQuantiles, 1s, 2, 3}));
  EXPECT_EQ(rule_with("", "defaults: {buckets: [4]}\n").histogram.buckets, (Buckets{4}));
  EXPECT_EQ(rule_with("", "defaults: {timer_type: summary}\n").observer_type,
            mapping::ObserverType::Summary);
}

TEST(OldKeys, AreReportedOnceForAllPlaces) {
  EXPECT_EQ(
      warnings_of("mappings:\n- {match: a, name: n, timer_type: histogram}\n"
                  "- {match: b, name: n, match_metric_type: timer}\n"
                  "- {match: c, name: m, match_metric_type: timer}\n"
                  "defaults: {timer_type: histogram, buckets: [1]}\n"),
      (std::vector<std::string>{
          "m.yml:2:23: key \"timer_type\" is from older releases, use \"observer_type\" instead "
          "(the first of 2 places)",
          "m.yml:3:42: match_metric_type \"timer\" is from older releases, use \"observer\" "
          "instead (the first of 2 places)",
          "m.yml:5:35: key \"buckets\" is from older releases, use "
          "\"histogram_options.buckets\" instead"}));
}

TEST(OldKeys, LetsNewKeysBeatOldOnesInAnyOrder) {
  const std::string before = "  timer_type: histogram\n  quantiles: [{quantile: 0.1}]\n";
  const std::string after =
      "  observer_type: summary\n"
      "  summary_options: {max_summary_age: 1s, quantiles: [{quantile: 0.2}], max_age: 2s}\n";

  for (const auto& lines : {before + after, after + before}) {
    const auto rule = rule_with(lines);
    EXPECT_EQ(rule.observer_type, mapping::ObserverType::Summary);
    EXPECT_EQ(rule.summary.quantiles, (Quantiles{{0.2, 0}}));
    EXPECT_EQ(rule.summary.max_age, 2s);
  }
}

}  // namespace
}  // namespace weir::rulefile
