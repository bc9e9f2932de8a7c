// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

using namespace std::chrono_literals;

using Quantiles = std::vector<mapping::QuantileOption>;
using Buckets = std::vector<double>;

const Quantiles kUsualQuantiles{{0.5, 0.05}, {0.9, 0.01}, {0.99, 0.001}};
const Buckets kDefaultBuckets{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

TEST(RuleInheritance, ReadsEveryKeyOfTheDefaults) {
  const auto loaded = load(
      "defaults:\n"
      "  observer_type: histogram\n"
      "  match_type: regex\n"
      "  glob_disable_ordering: on\n"
      "  ttl: 10s\n"
      "  summary_options:\n"
      "    quantiles: [{quantile: 0.5, error: 0.1}]\n"
      "    max_age: 30s\n"
      "    age_buckets: 3\n"
      "    buf_cap: 1000\n"
      "  histogram_options:\n"
      "    buckets: [7]\n"
      "    native_histogram_bucket_factor: 2\n"
      "    native_histogram_max_buckets: 8\n"
      "mappings:\n"
      "- {match: (x), name: n}\n");

  const auto& defaults = loaded.rules->defaults();
  EXPECT_EQ(defaults.observer_type, mapping::ObserverType::Histogram);
  EXPECT_EQ(defaults.ttl, 10s);
  EXPECT_EQ(defaults.summary, (mapping::SummaryOptions{{{0.5, 0.1}}, 30s, 3, 1000}));
  EXPECT_EQ(defaults.histogram, (mapping::HistogramOptions{{7}, 2, 8}));
  const auto& rule = loaded.rules->rules()[0];
  EXPECT_EQ(rule.match_type, mapping::MatchType::Regex);
  EXPECT_EQ(rule.observer_type, mapping::ObserverType::Histogram);
  EXPECT_EQ(rule.ttl, 10s);
  EXPECT_EQ(rule.summary, defaults.summary);
  EXPECT_EQ(rule.histogram, defaults.histogram);
}

TEST(RuleInheritance, FillsInWhatNobodySays) {
  const auto rule = rule_with("");

  EXPECT_EQ(rule.match_type, mapping::MatchType::Glob);
  EXPECT_EQ(rule.kind, std::nullopt);
  EXPECT_EQ(rule.action, mapping::Action::Map);
  EXPECT_TRUE(rule.labels.empty());
  EXPECT_FALSE(rule.honor_labels);
  EXPECT_EQ(rule.observer_type, mapping::ObserverType::Unset);
  EXPECT_EQ(rule.summary, (mapping::SummaryOptions{kUsualQuantiles, 10min, 5, 500}));
  EXPECT_EQ(rule.histogram, (mapping::HistogramOptions{kDefaultBuckets, 1.1, 256}));
  EXPECT_EQ(rule.help, "");
  EXPECT_EQ(rule.ttl, 0s);
  EXPECT_EQ(rule.scale, std::nullopt);
}

TEST(RuleInheritance, TakesDefaultsBehindTheMappings) {
  const auto loaded = load("mappings:\n- {match: a, name: n}\ndefaults: {ttl: 5s}\n");

  EXPECT_EQ(loaded.rules->rules()[0].ttl, 5s);
}

TEST(RuleInheritance, LetsAnExplicitZeroTtlOverrideTheDefault) {
  // Difference Q27.
  const std::string defaults = "defaults: {ttl: 10s}\n";

  EXPECT_EQ(rule_with("", defaults).ttl, 10s);
  EXPECT_EQ(rule_with("  ttl: 0\n", defaults).ttl, 0s);
  EXPECT_EQ(rule_with("  ttl: 0s\n", defaults).ttl, 0s);
  EXPECT_EQ(rule_with("  ttl: '0'\n", defaults).ttl, 0s);
  EXPECT_EQ(rule_with("  ttl: 3s\n", defaults).ttl, 3s);
}

TEST(RuleInheritance, InheritsSummaryOptionsFieldByField) {
  // Difference Q17: with and without an effective observer type.
  const std::string options =
      "summary_options: {quantiles: [{quantile: 0.2, error: 0.1}], max_age: 5m, age_buckets: 2, "
      "buf_cap: 100}";
  for (const std::string type : {"", "observer_type: summary, "}) {
    const auto defaults = fmt::format("defaults: {{{}{}}}\n", type, options);

    EXPECT_EQ(rule_with("", defaults).summary,
              (mapping::SummaryOptions{{{0.2, 0.1}}, 5min, 2, 100}));
    EXPECT_EQ(rule_with("  summary_options: {max_age: 1m}\n", defaults).summary,
              (mapping::SummaryOptions{{{0.2, 0.1}}, 1min, 2, 100}));
    EXPECT_EQ(rule_with("  summary_options: {age_buckets: 7}\n", defaults).summary,
              (mapping::SummaryOptions{{{0.2, 0.1}}, 5min, 7, 100}));
    EXPECT_EQ(rule_with("  summary_options: {buf_cap: 7}\n", defaults).summary,
              (mapping::SummaryOptions{{{0.2, 0.1}}, 5min, 2, 7}));
    EXPECT_EQ(
        rule_with("  summary_options: {quantiles: [{quantile: 1, error: 0}]}\n", defaults).summary,
        (mapping::SummaryOptions{{{1, 0}}, 5min, 2, 100}));
    EXPECT_EQ(
        rule_with("  summary_options: {quantiles: [], max_age: 0, age_buckets: 0}\n", defaults)
            .summary,
        (mapping::SummaryOptions{{{0.2, 0.1}}, 5min, 2, 100}));
  }
}

TEST(RuleInheritance, InheritsHistogramOptionsFieldByField) {
  const std::string defaults =
      "defaults: {observer_type: histogram, histogram_options: {buckets: [1, 2], "
      "native_histogram_bucket_factor: 1.5, native_histogram_max_buckets: 9}}\n";

  EXPECT_EQ(rule_with("", defaults).histogram, (mapping::HistogramOptions{{1, 2}, 1.5, 9}));
  EXPECT_EQ(rule_with("  histogram_options: {buckets: [3]}\n", defaults).histogram,
            (mapping::HistogramOptions{{3}, 1.5, 9}));
  EXPECT_EQ(
      rule_with("  histogram_options: {native_histogram_bucket_factor: 1}\n", defaults).histogram,
      (mapping::HistogramOptions{{1, 2}, 1, 9}));
  EXPECT_EQ(
      rule_with("  histogram_options: {native_histogram_max_buckets: 3}\n", defaults).histogram,
      (mapping::HistogramOptions{{1, 2}, 1.5, 3}));
  EXPECT_EQ(
      rule_with("  histogram_options: {buckets: [], native_histogram_bucket_factor: 0}\n", defaults)
          .histogram,
      (mapping::HistogramOptions{{1, 2}, 1.5, 9}));
}

TEST(RuleInheritance, TakesBothOptionsForBoth) {
  const std::string defaults = "defaults: {observer_type: both}\n";

  const auto rule = rule_with(
      "  summary_options: {max_age: 1m}\n  histogram_options: {buckets: [1]}\n", defaults);

  EXPECT_EQ(rule.observer_type, mapping::ObserverType::Both);
  EXPECT_EQ(rule.summary.max_age, 1min);
  EXPECT_EQ(rule.histogram.buckets, Buckets{1});
  EXPECT_EQ(rule_with("  observer_type: summary\n", defaults).observer_type,
            mapping::ObserverType::Summary);
}

TEST(RuleInheritance, TakesBothOptionsWithoutAnObserverType) {
  const auto rule =
      rule_with("  summary_options: {max_age: 1m}\n  histogram_options: {buckets: [1]}\n");

  EXPECT_EQ(rule.summary.max_age, 1min);
  EXPECT_EQ(rule.observer_type, mapping::ObserverType::Unset);
}

TEST(RuleInheritance, TakesTagRulesEachAsAWhole) {
  const std::string defaults = "defaults: {drop_tags: [a, 'b*'], rename_tags: {c: d}}\n";

  const auto plain = rule_with("", defaults).tags;
  EXPECT_TRUE(plain.drops("a") && plain.drops("bb"));
  EXPECT_EQ(plain.new_name("c"), "d");
  const auto own_drops = rule_with("  drop_tags: [x]\n", defaults).tags;
  EXPECT_TRUE(own_drops.drops("x"));
  EXPECT_FALSE(own_drops.drops("a") || own_drops.drops("bb"));
  EXPECT_EQ(own_drops.new_name("c"), "d");
  const auto own_renames = rule_with("  rename_tags: {x: y}\n", defaults).tags;
  EXPECT_TRUE(own_renames.drops("a"));
  EXPECT_EQ(own_renames.new_name("c"), "");
  EXPECT_EQ(own_renames.new_name("x"), "y");
}

TEST(RuleInheritance, LetsEmptyTagRulesOverrideTheDefaults) {
  const std::string defaults = "defaults: {drop_tags: [a, 'b*'], rename_tags: {c: d}}\n";

  const auto none = rule_with("  drop_tags: []\n  rename_tags: {}\n", defaults).tags;
  EXPECT_FALSE(none.drops("a") || none.drops("bb"));
  EXPECT_EQ(none.new_name("c"), "");
  const auto null = rule_with("  drop_tags: ~\n  rename_tags:\n", defaults).tags;
  EXPECT_TRUE(null.drops("a"));
  EXPECT_EQ(null.new_name("c"), "d");
}

TEST(RuleInheritance, TakesWhatBecomesOfAConflict) {
  const std::string defaults = "defaults: {on_conflict: suffix}\n";

  EXPECT_EQ(load(defaults).rules->defaults().on_conflict, mapping::OnConflict::Suffix);
  EXPECT_EQ(rule_with("", defaults).on_conflict, mapping::OnConflict::Suffix);
  EXPECT_EQ(rule_with("  on_conflict: drop\n", defaults).on_conflict, mapping::OnConflict::Drop);
  EXPECT_EQ(rule_with("  on_conflict: ~\n", defaults).on_conflict, mapping::OnConflict::Suffix);
}

TEST(Inheritance, HandsTimestampsDown) {
  const std::string defaults = "defaults: {honor_timestamps: true}\n";

  EXPECT_EQ(load("").rules->defaults().honors_timestamps, std::nullopt);
  EXPECT_EQ(load(defaults).rules->defaults().honors_timestamps, true);
  EXPECT_EQ(rule_with("", defaults).honors_timestamps, true);
  EXPECT_EQ(rule_with("  honor_timestamps: false\n", defaults).honors_timestamps, false);
}

TEST(Inheritance, HandsRelativeGaugesDown) {
  const std::string defaults = "defaults: {relative_gauges: false}\n";

  EXPECT_FALSE(load(defaults).rules->defaults().has_relative_gauges);
  EXPECT_FALSE(rule_with("", defaults).has_relative_gauges);
  EXPECT_FALSE(rule_with("  match_metric_type: counter\n", defaults).has_relative_gauges);
  EXPECT_TRUE(rule_with("  relative_gauges: true\n", defaults).has_relative_gauges);
}

TEST(RuleInheritance, KeepsTagRulesForMetricsWithoutARule) {
  const auto tags =
      load("defaults: {drop_tags: [a], rename_tags: {c: d}}\n").rules->defaults().tags;

  EXPECT_TRUE(tags.drops("a"));
  EXPECT_EQ(tags.new_name("c"), "d");
}

}  // namespace
}  // namespace weir::rulefile
