// SPDX-License-Identifier: Apache-2.0
// What the line parser reads only when it is asked to.
#include <cstddef>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "line_recorder.h"

namespace weir::statsd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct ColonName {
  const char* line;
  const char* name;
  double value;
};

class LineParserColonName : public testing::TestWithParam<ColonName> {};

TEST_P(LineParserColonName, GoesToTheLastColonBeforeTheFirstBar) {
  const Dialects dialects{.colons_in_names = true};

  const auto result = parsed(GetParam().line, dialects);

  EXPECT_EQ(result.attempts, result.samples.size());
  EXPECT_THAT(result.rejections, IsEmpty());
  ASSERT_GT(result.samples.size(), 0U);
  EXPECT_EQ(result.samples[0].name, GetParam().name);
  EXPECT_EQ(result.samples[0].value, GetParam().value);
  EXPECT_EQ(LineParser(dialects, {}).name_of(GetParam().line), GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(
    , LineParserColonName,
    testing::Values(
        ColonName{"shard.wait_-1:4000000000000000:222|ms", "shard.wait_-1:4000000000000000", 222},
        ColonName{"fetch,url=http://host.test/x:10|ms", "fetch,url=http://host.test/x", 10},
        ColonName{"jobs.Mail::Deliver.perform:23.7|ms", "jobs.Mail::Deliver.perform", 23.7},
        ColonName{"a:1|c", "a", 1}, ColonName{"a:1:2|ms", "a:1", 2}, ColonName{":a:1|c", ":a", 1},
        ColonName{"a:b:1|g|#url:http://x", "a:b", 1}, ColonName{"a:b:1|c|@0.5|c:x:y", "a:b", 2},
        // Behind the first bar nothing is otherwise than without the switch.
        ColonName{"a:b:1|c:2|g", "a:b", 1},
        // Neither is a line that has no colon before it.
        ColonName{"a|b:1|c", "a|b", 1}));

TEST(LineParser, ReadsTheOtherSamplesOfALineWhoseNameHoldsColons) {
  const auto result = parsed("a:b:1|c:2|g", {.colons_in_names = true});

  ASSERT_EQ(result.samples.size(), 2U);
  EXPECT_EQ(result.samples[1].name, "a:b");
  EXPECT_EQ(result.samples[1].kind, sample::SampleKind::Gauge);
  EXPECT_EQ(result.samples[1].value, 2);
}

TEST(LineParser, RefusesTheSameLinesWhereNamesMayHoldColons) {
  const Dialects dialects{.colons_in_names = true};

  EXPECT_THAT(parsed("a", dialects).rejections, ElementsAre(Rejection::MalformedLine));
  EXPECT_THAT(parsed(":1|c", dialects).rejections, ElementsAre(Rejection::MalformedLine));
  EXPECT_THAT(parsed("a:b:1", dialects).rejections, ElementsAre(Rejection::NotEnoughParts));
  EXPECT_THAT(parsed("a:b:|c", dialects).rejections, ElementsAre(Rejection::MalformedValue));
  EXPECT_THAT(parsed("a,u=x:y:1|c|#c:d", dialects).rejections,
              ElementsAre(Rejection::MixedTaggingStyles));
}

TEST(LineParser, CutsNamesAtTheFirstColonByDefault) {
  EXPECT_EQ(parsed("a:1:2|ms").samples.size(), 2U);
  EXPECT_EQ(LineParser({}, {}).name_of("a:1:2|ms"), "a");
  EXPECT_EQ(LineParser({}, {}).name_of("a"), "a");
}

TEST(LineParser, RefusesGraphiteTagsBesideDogStatsDTags) {
  const Dialects dialects{.graphite = true};

  EXPECT_EQ(parsed("foo;a=b:1|c", dialects).samples.size(), 1U);
  EXPECT_THAT(parsed("foo;a=b:1|c|#c:d", dialects).rejections,
              ElementsAre(Rejection::MixedTaggingStyles));
  EXPECT_EQ(parsed("foo;a:1|c|#c:d", dialects).samples.size(), 1U);
  EXPECT_EQ(parsed("foo;a=b:1|c|#c:d").samples.size(), 1U);
}

TEST(LineParser, ReadsMetersAsCounters) {
  const Dialects dialects{.meters = true};

  for (const char* line : {"foo:2|m", "foo:1|m|@0.5", "foo:2|m|#a:b", "foo:2|m:3|m"}) {
    const auto result = parsed(line, dialects);
    ASSERT_GT(result.samples.size(), 0U) << line;
    EXPECT_EQ(result.samples[0].kind, sample::SampleKind::Counter) << line;
    EXPECT_EQ(result.samples[0].value, 2) << line;
  }
  EXPECT_THAT(parsed("foo:1:2|m", dialects).rejections,
              ElementsAre(Rejection::InvalidExtendedAggregateType));
  EXPECT_EQ(parsed("foo:1|mm", dialects).unknown.size(), 1U);
  EXPECT_EQ(parsed("foo:1|m").unknown.size(), 1U);
}

class LineParserSpaces : public testing::TestWithParam<const char*> {};

TEST_P(LineParserSpaces, MeanNothingWhereTheyAreTrimmed) {
  const auto result = parsed(GetParam(), {.spaces = true});

  EXPECT_THAT(result.rejections, IsEmpty());
  EXPECT_EQ(result.attempts, 1U);
  ASSERT_EQ(result.samples.size(), 1U);
  EXPECT_EQ(result.samples[0].name, "a");
  EXPECT_EQ(result.samples[0].kind, sample::SampleKind::Counter);
  EXPECT_EQ(result.samples[0].value, 4);
}

INSTANTIATE_TEST_SUITE_P(, LineParserSpaces,
                         testing::Values("a:4|c", "a: 4|c", "a:4 |c", "a:4| c", "a:4|c ",
                                         "a:   4   |   c   ", "a:1|c|@0.25 ", "a: 1 | c | @0.25",
                                         "a:4|c |#x:y", "a:4|c| #x:y", "a: 4 | c | c:x"));

TEST(TrimmedSpaces, LeaveIdentityFieldsAsIfTheyWereNotThere) {
  const auto result = parsed("a:1 | c | #x:y | c:z", {.spaces = true});

  // What stands behind a tag may belong to its value.
  ASSERT_EQ(result.samples.size(), 1U);
  const auto fields = result.samples[0].fields.all();
  EXPECT_THAT(std::vector(fields.begin(), fields.end()), ElementsAre("#x:y ", "c:z"));
}

TEST(TrimmedSpaces, MeanNothingInLinesOfSeveralValues) {
  const Dialects dialects{.spaces = true};

  EXPECT_EQ(parsed("a: 1 : 2 | ms", dialects).samples.size(), 2U);
  EXPECT_EQ(parsed("a: 1 | c : 2 | g", dialects).samples.size(), 2U);
  EXPECT_TRUE(parsed("a: -1 | g", dialects).samples.at(0).is_relative);
}

TEST(TrimmedSpaces, AreNotTrimmedInsideOrByDefault) {
  const Dialects dialects{.spaces = true};

  EXPECT_EQ(parsed("a b :1|c", dialects).samples.at(0).name, "a b ");
  EXPECT_THAT(parsed("a:1 2|c", dialects).rejections, ElementsAre(Rejection::MalformedValue));
  EXPECT_THAT(parsed("a: |c", dialects).rejections, ElementsAre(Rejection::MalformedValue));
  EXPECT_THAT(parsed("a:1|c| ", dialects).rejections, ElementsAre(Rejection::MalformedComponent));
  EXPECT_EQ(parsed("a:1|m s", dialects).unknown.size(), 1U);
  EXPECT_THAT(parsed("a: 1|c").rejections, ElementsAre(Rejection::MalformedValue));
  EXPECT_EQ(parsed("a:1|c ").unknown.size(), 1U);
}

}  // namespace
}  // namespace weir::statsd
