// SPDX-License-Identifier: Apache-2.0
#include "migrate/same_rules.h"

#include <string>

#include <gtest/gtest.h>

#include "weir/rulefile/loader.h"

namespace weir::migrate {
namespace {

std::optional<Difference> compared(const std::string& a, const std::string& b) {
  return difference_of(*rulefile::parse_rules(a, "a.yml").rules,
                       *rulefile::parse_rules(b, "b.yml").rules);
}

const std::string kRule = "- match: a.*\n  name: a\n";

TEST(DifferenceOf, FindsNoneInHowAFileIsWritten) {
  EXPECT_FALSE(compared("mappings:\n" + kRule, "# c\nmappings: [{name: 'a', match: \"a.*\"}]\n"));
  EXPECT_FALSE(compared("mappings:\n" + kRule + "  labels: {x: $1}\n",
                        "mappings:\n" + kRule + "  labels: {x: \"${1}\"}\n"));
  EXPECT_FALSE(compared("mappings:\n" + kRule + "  scale: .nan\n",
                        "mappings:\n" + kRule + "  scale: .NaN\n"));
}

TEST(DifferenceOf, NamesTheRule) {
  const auto head = "mappings:\n- match: first\n  name: first\n" + kRule;
  for (const auto* more : {"  ttl: 1s\n",
                           "  help: a\n",
                           "  scale: 2\n",
                           "  honor_labels: true\n",
                           "  action: drop\n",
                           "  labels: {x: $1}\n",
                           "  match_metric_type: gauge\n",
                           "  observer_type: histogram\n",
                           "  observer_type: summary\n",
                           "  match_type: regex\n",
                           "  match_tags: {a: b}\n",
                           "  drop_tags: [a]\n",
                           "  rename_tags: {a: b}\n",
                           "  unit: us\n",
                           "  as: gauge\n",
                           "  max_series: 7\n",
                           "  on_conflict: suffix\n",
                           "  relative_gauges: false\n",
                           "  honor_timestamps: true\n",
                           "  publish: [max]\n",
                           "  histogram_options: {buckets: [1]}\n",
                           "  summary_options: {quantiles: [{quantile: 0.5, error: 0.1}]}\n",
                           "  summary_options: {max_age: 1m}\n",
                           "  summary_options: {buf_cap: 7}\n"}) {
    const auto difference = compared(head, head + more);
    ASSERT_TRUE(difference) << more;
    EXPECT_EQ(difference->rule, 1) << more;
  }
  EXPECT_TRUE(compared(head + "  labels: {x: $1}\n", head + "  labels: {x: $0}\n"));
  EXPECT_TRUE(compared(head + "  labels: {x: $1}\n", head + "  labels: {x: a$1}\n"));
  EXPECT_TRUE(compared(head + "  labels: {x: a}\n", head + "  labels: {x: b}\n"));
}

TEST(DifferenceOf, SeesDefaultsAndTheNumberOfRules) {
  for (const auto* more : {"defaults: {glob_disable_ordering: true}\n", "defaults: {ttl: 1s}\n",
                           "defaults: {publish: [min]}\n", "mappings: [{match: a, name: a}]\n"}) {
    const auto difference = compared("", more);
    ASSERT_TRUE(difference) << more;
    EXPECT_FALSE(difference->rule) << more;
  }
}

TEST(DifferenceOf, LeavesOutWhatATypeHasNoUseFor) {
  const auto head = "mappings:\n" + kRule;
  EXPECT_FALSE(compared(head + "  observer_type: summary\n  buckets: [1]\n",
                        head + "  observer_type: summary\n"));
  EXPECT_FALSE(compared(head + "  observer_type: histogram\n  quantiles: [{quantile: 0.5}]\n",
                        head + "  observer_type: histogram\n"));
  EXPECT_TRUE(
      compared(head + "  observer_type: both\n  buckets: [1]\n", head + "  observer_type: both\n"));
}

}  // namespace
}  // namespace weir::migrate
