// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/prepared_rules.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "weir/rulefile/loader.h"

namespace weir::pipeline {
namespace {

using metrics::NativeOptions;

// Of a histogram with these options.
std::optional<NativeOptions> native_with(const std::string& options) {
  const std::string yaml = "mappings: [{match: a, name: a, observer_type: histogram" +
                           (options.empty() ? "" : ", histogram_options: {" + options + "}") + "}]";
  const auto prepared = prepare(rulefile::parse_rules(yaml, "mapping.yml").rules, 1);
  return prepared->observers[0].native;
}

TEST(PreparedRules, GiveHistogramsNativeBucketsUnlessTheFactorForbidsIt) {
  EXPECT_EQ(native_with(""), (NativeOptions{3, 256}));
  EXPECT_EQ(native_with("native_histogram_bucket_factor: 4, native_histogram_max_buckets: 9"),
            (NativeOptions{-1, 9}));
  EXPECT_EQ(native_with("native_histogram_bucket_factor: 1.0001"), (NativeOptions{8, 256}));
  EXPECT_EQ(native_with("native_histogram_bucket_factor: 1"), std::nullopt);
  EXPECT_EQ(native_with("native_histogram_bucket_factor: 0.5"), std::nullopt);
  EXPECT_EQ(native_with("native_histogram_bucket_factor: 0"), (NativeOptions{3, 256}));
}

TEST(PreparedRules, GiveHistogramsAWindowWhereTheyPublish) {
  const std::string mapping =
      "defaults: {summary_options: {max_age: 1m, age_buckets: 2}}\n"
      "mappings: [{match: a, name: a, observer_type: histogram, publish: [stddev, min]}, {match: "
      "b, name: b, observer_type: histogram}, {match: c, name: c, publish: [max]}]";
  const auto prepared = prepare(rulefile::parse_rules(mapping, "m.yml").rules, 1);

  using enum metrics::GaugeKind;
  EXPECT_EQ(prepared->observers[0].published, (std::vector{Min, Stddev}));
  EXPECT_EQ(prepared->observers[0].max_age, std::chrono::minutes(1));
  EXPECT_EQ(prepared->observers[0].age_buckets, 2U);
  EXPECT_TRUE(prepared->observers[1].published.empty());
  EXPECT_EQ(prepared->observers[1].max_age, metrics::Definition().max_age)
      << "what nothing reads makes no difference";
  EXPECT_EQ(prepared->observers[2].published, (std::vector{Max}));
}

TEST(PreparedRules, GiveBothASummaryBesideTheHistogram) {
  const std::string mapping =
      "mappings: [{match: a, name: a, observer_type: both, summary_options: {quantiles: "
      "[{quantile: 0.5, error: 0.1}]}}, {match: b, name: b, observer_type: histogram}]";
  const auto prepared = prepare(rulefile::parse_rules(mapping, "m.yml").rules, 1);

  EXPECT_EQ(prepared->observers[0].type, metrics::Type::Histogram);
  ASSERT_TRUE(prepared->companions[0].has_value());
  EXPECT_EQ(prepared->companions[0]->type, metrics::Type::Summary);
  EXPECT_EQ(prepared->companions[0]->objectives.size(), 1U);
  EXPECT_FALSE(prepared->companions[1].has_value());
  EXPECT_FALSE(prepared->default_companion.has_value());
}

TEST(PreparedRules, GiveSummariesNone) {
  const auto rules = rulefile::parse_rules(
      "mappings: [{match: a, name: a, observer_type: summary}]", "mapping.yml");

  EXPECT_EQ(prepare(rules.rules, 1)->observers[0].native, std::nullopt);
}

// Another factor that comes to the same buckets changes nothing (difference Q15).
TEST(PreparedRules, SeeAChangeOnlyWhereBucketsChange) {
  const auto with = [](const std::string& factor) {
    return rulefile::parse_rules(
               "mappings: [{match: a, name: a, observer_type: histogram, histogram_options: "
               "{native_histogram_bucket_factor: " +
                   factor + "}}]",
               "mapping.yml")
        .rules;
  };
  const auto before = prepare(with("1.1"), 1);

  EXPECT_EQ(prepare(with("1.12"), 2, before.get())->sources[0].generation, 1U);
  EXPECT_EQ(prepare(with("1.3"), 2, before.get())->sources[0].generation, 2U);
  EXPECT_EQ(prepare(with("1"), 2, before.get())->sources[0].generation, 2U);
}

// Rules that only their tags tell apart are not each other's past.
TEST(PreparedRules, KnowARuleAgainByItsTags) {
  const auto with = [](const std::string& live_bucket) {
    return rulefile::parse_rules(
               "mappings: [{match: a, name: a, match_tags: {env: live}, observer_type: histogram, "
               "histogram_options: {buckets: [" +
                   live_bucket +
                   "]}}, {match: a, name: a, match_tags: {env: test}, observer_type: histogram}]",
               "mapping.yml")
        .rules;
  };
  const auto before = prepare(with("1"), 1);
  const auto after = prepare(with("2"), 2, before.get());

  EXPECT_NE(before->sources[0].origin, before->sources[1].origin);
  EXPECT_EQ(after->sources[0].generation, 2U);
  EXPECT_EQ(after->sources[1].generation, 1U);
}

}  // namespace
}  // namespace weir::pipeline
