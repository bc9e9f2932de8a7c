// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::rulefile {
namespace {

struct ExtensionRow {
  // From line 4 on.
  std::string lines;
  // How the message begins, the file's name left out.
  std::string expected;
};

class ExtensionKeyFault : public testing::TestWithParam<ExtensionRow> {};

TEST_P(ExtensionKeyFault, IsReportedWithItsPosition) {
  const auto error = error_of("mappings:\n- match: a.b\n  name: n\n" + GetParam().lines);

  EXPECT_TRUE(error.starts_with("m.yml:" + GetParam().expected)) << GetParam().lines << "\n"
                                                                 << error;
}

INSTANTIATE_TEST_SUITE_P(
    DropTags, ExtensionKeyFault,
    testing::Values(
        ExtensionRow{"  drop_tags: a\n",
                     "4:14: drop_tags must be a list, not `a`, begin each item"},
        ExtensionRow{"  drop_tags: {a: b}\n", "4:14: drop_tags must be a list, not a map"},
        ExtensionRow{"  drop_tags: [a, [b]]\n", "4:18: found a list, write a single value"},
        ExtensionRow{"  drop_tags: ['']\n", "4:15: empty entry in drop_tags, write a tag key"},
        ExtensionRow{"  drop_tags: [~]\n", "4:15: empty entry in drop_tags"},
        ExtensionRow{"  drop_tags: ['a*b']\n",
                     "4:15: invalid entry \"a*b\" in drop_tags, write a tag key"},
        ExtensionRow{"  drop_tags: ['*b']\n", "4:15: invalid entry \"*b\" in drop_tags"},
        ExtensionRow{"  drop_tags: ['a**']\n", "4:15: invalid entry \"a**\" in drop_tags"}));

INSTANTIATE_TEST_SUITE_P(
    RenameTags, ExtensionKeyFault,
    testing::Values(
        ExtensionRow{"  rename_tags: [a]\n", "4:16: rename_tags must be a map, not a list"},
        ExtensionRow{"  rename_tags: {a: [b]}\n", "4:20: found a list, write a single value"},
        ExtensionRow{
            "  rename_tags: {a: b-c}\n",
            "4:20: invalid label key: b-c, use letters, digits and `_`, and no digit first"},
        ExtensionRow{"  rename_tags: {a: }\n", "4:20: invalid label key: , use letters"},
        ExtensionRow{"  rename_tags: {a: __b}\n",
                     "4:20: invalid label key: __b, names that begin with"},
        ExtensionRow{"  rename_tags: {a: quantile}\n  observer_type: summary\n",
                     "4:20: invalid label key: quantile, a summary uses"},
        ExtensionRow{"  rename_tags: {a: le}\n  observer_type: histogram\n",
                     "4:20: invalid label key: le, a histogram uses"},
        ExtensionRow{"  rename_tags: {a: le}\n  observer_type: both\n",
                     "4:20: invalid label key: le, a histogram uses"},
        ExtensionRow{"  rename_tags: {a: quantile}\n  observer_type: both\n",
                     "4:20: invalid label key: quantile, a summary uses"},
        ExtensionRow{"  rename_tags: {'': b}\n",
                     "4:17: invalid tag key \"\" in rename_tags, write one key"},
        ExtensionRow{"  rename_tags: {'a*': b}\n", "4:17: invalid tag key \"a*\" in rename_tags"},
        ExtensionRow{"  rename_tags: {a: b, a: c}\n", "4:23: key \"a\" is already set in this map"},
        ExtensionRow{
            "  rename_tags: {ab: c}\n  drop_tags: ['a*']\n",
            "4:17: tag \"ab\" is dropped by drop_tags before it can be renamed, remove it"}));

INSTANTIATE_TEST_SUITE_P(
    Unit, ExtensionKeyFault,
    testing::Values(
        ExtensionRow{"  unit: m\n", "4:9: invalid unit \"m\", write s, ms or us"},
        ExtensionRow{"  unit: ''\n", "4:9: invalid unit \"\", write s, ms or us"},
        ExtensionRow{"  unit: [s]\n", "4:9: found a list, write a single value"},
        ExtensionRow{
            "  unit: s\n  match_metric_type: counter\n",
            "4:9: unit s is for timers, and this rule takes none, write a base unit such as"},
        ExtensionRow{"  unit: s\n  match_metric_type: gauge\n", "4:9: unit s is for timers"}));

INSTANTIATE_TEST_SUITE_P(
    As, ExtensionKeyFault,
    testing::Values(
        ExtensionRow{"  as: counter\n",
                     "4:7: invalid value \"counter\" of as, write gauge or set, or leave the key "},
        ExtensionRow{"  as: ''\n", "4:7: invalid value \"\" of as"},
        ExtensionRow{"  as: {}\n", "4:7: found a map, write a single value"},
        ExtensionRow{"  as: gauge\n  match_metric_type: gauge\n",
                     "4:7: as is for counters, and this rule takes none, remove as or set"},
        ExtensionRow{"  as: gauge\n  match_metric_type: observer\n", "4:7: as is for counters"},
        ExtensionRow{"  as: set\n  match_metric_type: gauge\n", "4:7: as is for counters"}));

INSTANTIATE_TEST_SUITE_P(
    MaxSeries, ExtensionKeyFault,
    testing::Values(
        ExtensionRow{"  max_series: 0\n",
                     "4:15: found `0`, write a whole number from 1 to 4294967295"},
        ExtensionRow{"  max_series: -1\n", "4:15: found `-1`, write a whole number from 1"},
        ExtensionRow{"  max_series: 1.5\n", "4:15: found `1.5`, write a whole number from 1"},
        ExtensionRow{"  max_series: 4294967296\n",
                     "4:15: found `4294967296`, write a whole number"},
        ExtensionRow{"  max_series: '5'\n", "4:15: found the string \"5\", write a whole number"},
        ExtensionRow{"  max_series: many\n", "4:15: found `many`, write a whole number"},
        ExtensionRow{"  max_series: [5]\n", "4:15: found a list, write a whole number"}));

INSTANTIATE_TEST_SUITE_P(
    OnConflict, ExtensionKeyFault,
    testing::Values(
        ExtensionRow{"  on_conflict: rename\n",
                     "4:16: invalid value \"rename\" of on_conflict, write suffix or drop, or"},
        ExtensionRow{"  on_conflict: ''\n", "4:16: invalid value \"\" of on_conflict"},
        ExtensionRow{"  on_conflict: [suffix]\n", "4:16: found a list, write a single value"}));

INSTANTIATE_TEST_SUITE_P(
    RelativeGauges, ExtensionKeyFault,
    testing::Values(
        ExtensionRow{"  relative_gauges: no way\n",
                     "4:20: found `no way`, write `true` or `false`"},
        ExtensionRow{"  relative_gauges: 'true'\n",
                     "4:20: found the string \"true\", write `true`"},
        ExtensionRow{"  relative_gauges: [true]\n", "4:20: found a list, write `true` or `false`"},
        ExtensionRow{"  relative_gauges: true\n  match_metric_type: counter\n",
                     "4:20: relative_gauges is for gauges, and this rule takes none, remove"},
        ExtensionRow{"  relative_gauges: false\n  match_metric_type: observer\n",
                     "4:20: relative_gauges is for gauges"}));

INSTANTIATE_TEST_SUITE_P(
    HonorTimestamps, ExtensionKeyFault,
    testing::Values(
        ExtensionRow{"  honor_timestamps: 5\n", "4:21: found `5`, write `true` or `false`"},
        ExtensionRow{"  honor_timestamps: {}\n", "4:21: found a map, write `true` or `false`"},
        ExtensionRow{"  honor_timestamps: true\n  match_metric_type: counter\n",
                     "4:21: honor_timestamps is for gauges, and this rule takes none, remove"}));

INSTANTIATE_TEST_SUITE_P(
    Publish, ExtensionKeyFault,
    testing::Values(
        ExtensionRow{"  publish: max\n",
                     "4:12: publish must be a list, not `max`, begin each item"},
        ExtensionRow{"  publish: {max: 1}\n", "4:12: publish must be a list, not a map"},
        ExtensionRow{"  publish: [[max]]\n", "4:13: found a list, write a single value"},
        ExtensionRow{"  publish: [max, stdev]\n",
                     "4:18: unknown entry \"stdev\" in publish, did you mean \"stddev\"?"},
        ExtensionRow{"  publish: [Max]\n",
                     "4:13: unknown entry \"Max\" in publish, did you mean \"max\"?"},
        ExtensionRow{"  publish: [p99]\n",
                     "4:13: unknown entry \"p99\" in publish, write min, max or "},
        ExtensionRow{"  publish: ['']\n",
                     "4:13: unknown entry \"\" in publish, write min, max or stddev"},
        ExtensionRow{"  publish: [~]\n",
                     "4:13: unknown entry \"\" in publish, write min, max or stddev"},
        ExtensionRow{
            "  publish: [mean]\n",
            "4:13: unknown entry \"mean\" in publish, divide the rate of `_sum` by that of"},
        ExtensionRow{"  publish: [count]\n",
                     "4:13: unknown entry \"count\" in publish, it is there"},
        ExtensionRow{"  publish: [max, min, max]\n",
                     "4:23: max is in publish already, remove one of the two"},
        ExtensionRow{
            "  publish: [max]\n  match_metric_type: counter\n",
            "4:12: publish is for timers, histograms and distributions, and this rule takes none, "
            "remove publish or set match_metric_type to observer"},
        ExtensionRow{"  publish: [max]\n  match_metric_type: gauge\n",
                     "4:12: publish is for timers"}));

INSTANTIATE_TEST_SUITE_P(
    SetOptions, ExtensionKeyFault,
    testing::Values(
        ExtensionRow{"  set_options: 1m\n", "4:16: set_options must be a map"},
        ExtensionRow{"  set_options: {window: 0}\n", "4:25: window `0` is not above 0, write"},
        ExtensionRow{"  set_options: {window: -1s}\n", "4:25: window `-1s` is not above 0"},
        ExtensionRow{"  set_options: {windw: 1s}\n", "4:17: unknown key \"windw\" in set_options"},
        ExtensionRow{"  set_options: {window: 1s}\n  match_metric_type: counter\n",
                     "4:16: set_options is for sets, and this rule takes none, remove"}));

TEST(ExtensionKeys, SetOptions) {
  using std::chrono::seconds;
  const std::string defaults = "defaults: {set_options: {window: 5m}}\n";
  EXPECT_EQ(rule_with("").set_window, std::nullopt);
  EXPECT_EQ(rule_with("  set_options: {}\n").set_window, std::nullopt);
  EXPECT_EQ(rule_with("  set_options: {window: ~}\n").set_window, std::nullopt);
  EXPECT_EQ(rule_with("  set_options: {window: 90s}\n").set_window, seconds(90));
  EXPECT_EQ(rule_with("", defaults).set_window, seconds(300));
  EXPECT_EQ(rule_with("  set_options: {}\n", defaults).set_window, seconds(300));
  EXPECT_EQ(
      rule_with("  set_options: {window: 90s}\n  match_metric_type: set\n", defaults).set_window,
      seconds(90));
  EXPECT_EQ(load(defaults).rules->defaults().set_window, seconds(300));
}

TEST(ExtensionKeys, Publish) {
  using enum mapping::WindowStatistic;
  const auto published = [](const std::string& lines, const std::string& defaults = "") {
    return rule_with(lines, defaults).publish;
  };
  const std::string defaults = "defaults: {publish: [max, min]}\n";

  EXPECT_THAT(published(""), testing::ElementsAre());
  EXPECT_THAT(published("  publish: ~\n"), testing::ElementsAre());
  EXPECT_THAT(published("  publish: [stddev, 'min', max]\n"),
              testing::ElementsAre(Min, Max, Stddev));
  EXPECT_THAT(published("", defaults), testing::ElementsAre(Min, Max));
  EXPECT_THAT(published("  publish: ~\n", defaults), testing::ElementsAre(Min, Max));
  EXPECT_THAT(published("  publish: []\n", defaults), testing::ElementsAre());
  EXPECT_THAT(published("  publish: []\n  match_metric_type: gauge\n"), testing::ElementsAre());
  EXPECT_THAT(published("  match_metric_type: counter\n", defaults), testing::ElementsAre(Min, Max))
      << "without effect, and no mistake of the rule";
  EXPECT_THAT(load(defaults).rules->defaults().publish, testing::ElementsAre(Min, Max));
}

TEST(ExtensionKeys, GiveHistogramsAWindow) {
  const std::string ages = "  summary_options: {max_age: 3m, age_buckets: 3}\n";
  const std::string histogram = "  observer_type: histogram\n";
  const auto rule = rule_with(histogram + "  publish: [max]\n" + ages);

  EXPECT_EQ(rule.summary.max_age, std::chrono::minutes(3));
  EXPECT_EQ(rule.summary.age_buckets, 3U);
  EXPECT_TRUE(error_of(with(histogram + ages))
                  .starts_with("m.yml:5:20: cannot use histogram observer and summary options"));
  EXPECT_TRUE(error_of(with(histogram + "  publish: []\n" + ages))
                  .starts_with("m.yml:6:20: cannot use histogram observer and summary options"));
  for (const std::string other : {"buf_cap: 10", "quantiles: [{quantile: 0.5}]"}) {
    EXPECT_EQ(error_of(with(histogram + "  publish: [max]\n  summary_options: {" + other + "}\n")),
              "m.yml:6:20: a histogram with publish takes no more of summary_options than max_age "
              "and age_buckets, remove the others, or set observer_type to both");
  }
}

TEST(ExtensionKeys, OfTheDefaultsAreChecked) {
  EXPECT_TRUE(error_of("defaults:\n  publish: [mix]\n")
                  .starts_with("m.yml:2:13: unknown entry \"mix\" in publish, did you mean"));
  EXPECT_TRUE(error_of("defaults:\n  drop_tags: ['a*b']\n")
                  .starts_with("m.yml:2:15: invalid entry \"a*b\" in drop_tags"));
  EXPECT_TRUE(error_of("defaults:\n  rename_tags: {a: __b}\n")
                  .starts_with("m.yml:2:20: invalid label key: __b"));
  EXPECT_TRUE(error_of("defaults:\n  rename_tags: {a: b}\n  drop_tags: [a]\n")
                  .starts_with("m.yml:2:17: tag \"a\" is dropped by drop_tags before it can be "
                               "renamed, remove it from one of the two"));
  EXPECT_TRUE(error_of("defaults:\n  unit: s\n").starts_with("m.yml:2:3: unknown key \"unit\""));
}

TEST(ExtensionKeys, DoNotRenameWhatTheDefaultsDrop) {
  const std::string rule = "defaults: {drop_tags: ['a*']}\nmappings:\n- match: x\n  name: n\n";

  EXPECT_EQ(error_of(rule + "  rename_tags: {ab: c}\n"),
            "m.yml:5:17: tag \"ab\" is dropped by drop_tags of defaults before it can be renamed, "
            "give this mapping a drop_tags of its own without it");
  EXPECT_EQ(error_of(rule + "  rename_tags: {ab: c}\n  drop_tags: []\n"), "");
}

TEST(ExtensionKeys, AreAbsentByDefault) {
  const auto rule = rule_with("");

  EXPECT_FALSE(rule.tags.drops("a"));
  EXPECT_EQ(rule.tags.new_name("a"), "");
  EXPECT_EQ(rule.timer_units_per_second, 1000);
  EXPECT_FALSE(rule.is_up_down);
}

TEST(ExtensionKeys, AreAbsentWhenNull) {
  const auto rule = rule_with("  drop_tags: ~\n  rename_tags:\n  unit: null\n  as:\n");

  EXPECT_FALSE(rule.tags.drops("a"));
  EXPECT_EQ(rule.timer_units_per_second, 1000);
  EXPECT_FALSE(rule.is_up_down);
}

TEST(ExtensionKeys, DropTagsByKeyOrPrefix) {
  const auto rule = rule_with("  drop_tags: [host, 'job_*', 7]\n");

  EXPECT_TRUE(rule.tags.drops("host"));
  EXPECT_FALSE(rule.tags.drops("hostname"));
  EXPECT_TRUE(rule.tags.drops("job_"));
  EXPECT_TRUE(rule.tags.drops("job_id"));
  EXPECT_FALSE(rule.tags.drops("job"));
  EXPECT_TRUE(rule.tags.drops("7"));
  EXPECT_FALSE(rule.tags.drops("Host"));
}

TEST(ExtensionKeys, DropAllTags) {
  const auto rule = rule_with("  drop_tags: ['*']\n");

  EXPECT_TRUE(rule.tags.drops("host"));
  EXPECT_TRUE(rule.tags.drops("*"));
}

TEST(ExtensionKeys, RenameTags) {
  const auto rule = rule_with("  rename_tags: {job.id: job, quantile: q}\n");

  EXPECT_EQ(rule.tags.new_name("job.id"), "job");
  EXPECT_EQ(rule.tags.new_name("quantile"), "q");
  EXPECT_EQ(rule.tags.new_name("job"), "");
}

TEST(ExtensionKeys, LetGaugesAndCountersHaveLabelsOfObservers) {
  const auto rule = rule_with("  rename_tags: {a: quantile}\n  match_metric_type: counter\n");

  EXPECT_EQ(rule.tags.new_name("a"), "quantile");
}

TEST(ExtensionKeys, SayHowManyUnitsASecondHas) {
  EXPECT_EQ(rule_with("  unit: s\n").timer_units_per_second, 1);
  EXPECT_EQ(rule_with("  unit: ms\n").timer_units_per_second, 1'000);
  EXPECT_EQ(rule_with("  unit: us\n").timer_units_per_second, 1'000'000);
  EXPECT_EQ(rule_with("  unit: s\n  match_metric_type: observer\n").timer_units_per_second, 1);
}

TEST(ExtensionKeys, SayHowManyUnitsASecondHasForDistributions) {
  EXPECT_EQ(rule_with("").distribution_units_per_second, std::nullopt);
  EXPECT_EQ(rule_with("  distribution_unit: s\n").distribution_units_per_second, 1);
  EXPECT_EQ(rule_with("  distribution_unit: ms\n").distribution_units_per_second, 1'000);
  EXPECT_EQ(rule_with("  distribution_unit: us\n").distribution_units_per_second, 1'000'000);
  EXPECT_EQ(rule_with("  distribution_unit: ms\n").timer_units_per_second, 1'000);
}

TEST(ExtensionKeys, DeclareWhatOthersThanTimersAreIn) {
  EXPECT_EQ(rule_with("").unit, "");
  EXPECT_EQ(rule_with("  unit: us\n").unit, "");
  for (const char* unit : {"seconds", "bytes", "ratio"}) {
    const auto rule = rule_with("  unit: " + std::string(unit) + "\n  match_metric_type: gauge\n");
    EXPECT_EQ(rule.unit, unit);
    EXPECT_EQ(rule.timer_units_per_second, 1'000);
  }
}

TEST(ExtensionKeys, MakeGaugesOfCounters) {
  EXPECT_TRUE(rule_with("  as: gauge\n").is_up_down);
  EXPECT_TRUE(rule_with("  as: gauge\n  match_metric_type: counter\n").is_up_down);
}

TEST(ExtensionKeys, SetCountersToTotals) {
  EXPECT_FALSE(rule_with("").is_total);
  EXPECT_FALSE(rule_with("  as: gauge\n").is_total);
  EXPECT_TRUE(rule_with("  as: set\n").is_total);
  EXPECT_FALSE(rule_with("  as: set\n").is_up_down);
  EXPECT_TRUE(rule_with("  as: set\n  match_metric_type: counter\n").is_total);
}

TEST(ExtensionKeys, SayWhatBecomesOfAConflict) {
  EXPECT_EQ(rule_with("").on_conflict, mapping::OnConflict::Drop);
  EXPECT_EQ(rule_with("  on_conflict: drop\n").on_conflict, mapping::OnConflict::Drop);
  EXPECT_EQ(rule_with("  on_conflict: suffix\n").on_conflict, mapping::OnConflict::Suffix);
}

TEST(ExtensionKeys, SetGaugesToSignedValues) {
  EXPECT_TRUE(rule_with("").has_relative_gauges);
  EXPECT_TRUE(rule_with("  relative_gauges: ~\n").has_relative_gauges);
  EXPECT_FALSE(rule_with("  relative_gauges: no\n").has_relative_gauges);
  EXPECT_FALSE(
      rule_with("  relative_gauges: false\n  match_metric_type: gauge\n").has_relative_gauges);
}

TEST(ExtensionKeys, HonorTimestamps) {
  EXPECT_EQ(rule_with("").honors_timestamps, std::nullopt);
  EXPECT_EQ(rule_with("  honor_timestamps: ~\n").honors_timestamps, std::nullopt);
  EXPECT_EQ(rule_with("  honor_timestamps: true\n").honors_timestamps, true);
  EXPECT_EQ(rule_with("  honor_timestamps: false\n").honors_timestamps, false);
}

TEST(ExtensionKeys, LimitSeries) {
  EXPECT_EQ(rule_with("").series_max, 4294967295U);
  EXPECT_EQ(rule_with("  max_series: ~\n").series_max, 4294967295U);
  EXPECT_EQ(rule_with("  max_series: 1\n").series_max, 1U);
  EXPECT_EQ(rule_with("  max_series: 1_000\n").series_max, 1000U);
  EXPECT_EQ(rule_with("  max_series: 4294967295\n").series_max, 4294967295U);
}

TEST(ExtensionKeys, AreBounded) {
  std::string keys;
  for (int i = 0; i < 1001; ++i) keys += "k" + std::to_string(i) + ", ";

  EXPECT_TRUE(error_of("mappings:\n- match: a.b\n  name: n\n  drop_tags: [" + keys + "]\n")
                  .find("more than 1000 entries in drop_tags, remove some") != std::string::npos);
}

}  // namespace
}  // namespace weir::rulefile
