// SPDX-License-Identifier: Apache-2.0
#include "weir/statsd/line_parser.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "line_recorder.h"

namespace weir::statsd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> fields_of(const sample::Sample& sample) {
  const auto all = sample.fields.all();
  return {all.begin(), all.end()};
}

TEST(LineParser, SaysNothingOfAnEmptyLine) {
  const auto result = parsed("");

  EXPECT_EQ(result.attempts, 0U);
  EXPECT_THAT(result.rejections, IsEmpty());
}

TEST(LineParser, KeepsTheNameAsSent) {
  const auto result = parsed("foo#a=b,[c]:1|c");

  ASSERT_EQ(result.samples.size(), 1U);
  EXPECT_EQ(result.samples[0].name, "foo#a=b,[c]");
}

TEST(LineParser, RejectsEmptyName) {
  EXPECT_THAT(parsed(":1|c").rejections, ElementsAre(Rejection::MalformedLine));
}

TEST(LineParser, ReadsTimestampsOnlyWhenAsked) {
  LineParser parser({}, {});
  const auto timestamp = [&parser](std::string_view line) {
    Recorder recorder;
    parser.parse(line, recorder);
    EXPECT_TRUE(recorder.rejections.empty()) << line;
    return recorder.samples.at(0).timestamp;
  };
  EXPECT_EQ(timestamp("a:1|g|T1656581400"), 0U);
  EXPECT_EQ(timestamp("a:1|g|Tx"), 0U);

  parser.read_timestamps(true);
  EXPECT_EQ(timestamp("a:1|g"), 0U);
  EXPECT_EQ(timestamp("a:1|g|T1656581400"), 1656581400U);
  EXPECT_EQ(timestamp("a:1|g|#k:v|T1656581400|c:id"), 1656581400U);
  EXPECT_EQ(timestamp("a:1|g|T4294967294"), 4294967294U);
  for (const auto* line : {"a:1|g|T", "a:1|g|T0", "a:1|g|T-1", "a:1|g|T1.5", "a:1|g|T1e9",
                           "a:1|g|T 1", "a:1|g|T1x", "a:1|g|T4294967295", "a:1|g|T1656581400123"}) {
    EXPECT_EQ(timestamp(line), sample::Sample::kNoTime) << line;
  }
}

TEST(LineParser, KeepsANameThatIsOnlyTags) { EXPECT_EQ(parsed("#a=b:1|c").samples.size(), 1U); }

TEST(LineParser, RejectsBadUtf8AnywhereInTheLine) {
  for (const char* line : {"\xff:1|c", "foo:1|c|#a:\xc3(", "foo:1|c|T\x80"}) {
    const auto result = parsed(line);

    EXPECT_THAT(result.rejections, ElementsAre(Rejection::MalformedLine)) << line;
    EXPECT_EQ(result.attempts, 0U) << line;
  }
}

struct Kind {
  const char* line;
  sample::SampleKind kind;
  double value;
};

class LineParserKind : public testing::TestWithParam<Kind> {};

TEST_P(LineParserKind, IsToldWithItsValue) {
  const auto result = parsed(GetParam().line);

  ASSERT_EQ(result.samples.size(), 1U);
  EXPECT_EQ(result.samples[0].kind, GetParam().kind);
  EXPECT_EQ(result.samples[0].value, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(, LineParserKind,
                         testing::Values(Kind{"foo:2|c", sample::SampleKind::Counter, 2},
                                         Kind{"foo:2.5|g", sample::SampleKind::Gauge, 2.5},
                                         // Milliseconds stay milliseconds.
                                         Kind{"foo:200|ms", sample::SampleKind::Timer, 200},
                                         Kind{"foo:200|h", sample::SampleKind::Histogram, 200},
                                         Kind{"foo:200|d", sample::SampleKind::Distribution, 200}));

TEST(LineParser, TellsRelativeFromAbsoluteBySign) {
  EXPECT_TRUE(parsed("foo:+1|g").samples.at(0).is_relative);
  EXPECT_TRUE(parsed("foo:-0|g").samples.at(0).is_relative);
  EXPECT_FALSE(parsed("foo:1|g").samples.at(0).is_relative);
}

TEST(LineParser, HandsOutUnknownTypesWithTheirFields) {
  const auto result = parsed("foo:1|s|#a:b|@bad");

  ASSERT_EQ(result.unknown.size(), 1U);
  EXPECT_THAT(fields_of(result.unknown[0]), ElementsAre("#a:b"));
  EXPECT_THAT(result.rejections, ElementsAre(Rejection::InvalidSampleFactor));
  EXPECT_THAT(result.samples, IsEmpty());
}

TEST(LineParser, ChecksTheValueBeforeTheFieldsAndTheType) {
  EXPECT_THAT(parsed("foo:x|s||@bad").rejections, ElementsAre(Rejection::MalformedValue));
  EXPECT_THAT(parsed("foo:1e400|c").rejections, ElementsAre(Rejection::MalformedValue));
}

TEST(LineParser, LosesASampleWithAnEmptyFieldAndReportsOnlyThat) {
  for (const char* line : {"foo:1|c|", "foo:1|c||", "foo:1|c|@bad|", "foo:1|s|x||@0.1"}) {
    const auto result = parsed(line);

    EXPECT_EQ(result.attempts, 1U) << line;
    EXPECT_THAT(result.rejections, ElementsAre(Rejection::MalformedComponent)) << line;
    EXPECT_TRUE(result.samples.empty() && result.unknown.empty()) << line;
  }
}

TEST(LineParser, TakesAsManyFieldsAsAreSent) {
  const auto result = parsed("foo:1|c|@0.5|#a:b|c:x|e:y|card:low|T1|T2|T3|T4");

  ASSERT_EQ(result.samples.size(), 1U);
  EXPECT_EQ(result.samples[0].value, 2);
  EXPECT_THAT(fields_of(result.samples[0]), ElementsAre("#a:b", "c:x"));
  EXPECT_THAT(result.rejections, IsEmpty());
}

TEST(LineParser, KeepsIdentityFieldsInTheOrderSent) {
  EXPECT_THAT(fields_of(parsed("foo:1|c|c:x|#a:b|T1|#c:d").samples.at(0)),
              ElementsAre("c:x", "#a:b", "#c:d"));
}

TEST(LineParser, LosesASampleWithTooManyIdentityFields) {
  std::string line = "foo:1|c";
  for (std::size_t at = 0; at < sample::IdentityFields::kMax; ++at) line += "|#a:b";

  EXPECT_EQ(parsed(line).samples.size(), 1U);
  line += "|c:x";
  EXPECT_THAT(parsed(line).rejections, ElementsAre(Rejection::MalformedComponent));
}

TEST(LineParser, KeepsDisabledTagSectionsOutOfTheIdentity) {
  const auto result = parsed("foo:1|c|#a:b|c:x", {.dogstatsd = false});

  EXPECT_THAT(fields_of(result.samples.at(0)), ElementsAre("c:x"));
  EXPECT_THAT(result.rejections, IsEmpty());
}

TEST(LineParser, CountsUnknownFieldsAndKeepsTheSample) {
  const auto result = parsed("foo:1|c|x|c|cfoo|0.1|card|e|E");

  EXPECT_EQ(result.samples.size(), 1U);
  EXPECT_THAT(result.rejections,
              ElementsAre(Rejection::InvalidSampleFactor, Rejection::MalformedContainerId,
                          Rejection::MalformedContainerId, Rejection::InvalidSampleFactor,
                          Rejection::MalformedContainerId, Rejection::InvalidSampleFactor,
                          Rejection::InvalidSampleFactor));
  EXPECT_THAT(result.parts, ElementsAre("x", "c", "cfoo", "0.1", "card", "e", "E"));
}

TEST(LineParser, SaysWhatOfTheLineIsAtFault) {
  EXPECT_THAT(parsed("foo:x1|c").parts, ElementsAre("x1"));
  EXPECT_THAT(parsed("foo:1|s|#a:b").parts, ElementsAre("s"));
  EXPECT_THAT(parsed("foo:1:2|c|@1").parts, ElementsAre("c"));
  EXPECT_THAT(parsed("foo:1:x:2:y|ms").parts, ElementsAre("x", "y"));
  EXPECT_THAT(parsed("foo:1|ms|@x|@2|#a:b").parts, ElementsAre("@x", "@2"));
  EXPECT_THAT(parsed("foo:1|c:2:3|g").parts, ElementsAre("2"));
  EXPECT_THAT(parsed("foo").parts, ElementsAre(""));
}

TEST(LineParser, DividesACounterOncePerFactor) {
  EXPECT_EQ(parsed("foo:1|c|@0.1|@0.1").samples.at(0).value, 1 / 0.1 / 0.1);
  EXPECT_EQ(parsed("foo:1|c|@0").samples.at(0).value, 1);
  EXPECT_EQ(parsed("foo:1|c|@-0.1").samples.at(0).value, -10);
  EXPECT_EQ(parsed("foo:1|c|@inf").samples.at(0).value, 0);
  EXPECT_TRUE(std::isnan(parsed("foo:1|c|@nan").samples.at(0).value));
}

TEST(LineParser, CountsAFactorBeyondDoubleAndDividesByInfinity) {
  const auto result = parsed("foo:1|c|@1e400");

  EXPECT_EQ(result.samples.at(0).value, 0);
  EXPECT_THAT(result.rejections, ElementsAre(Rejection::InvalidSampleFactor));
}

TEST(LineParser, OnlyChecksTheFactorOfAGauge) {
  EXPECT_EQ(parsed("foo:3|g|@0.1").samples.at(0).value, 3);
  EXPECT_THAT(parsed("foo:3|g|@2").rejections, IsEmpty());
  EXPECT_THAT(parsed("foo:3|g|@bar").rejections, ElementsAre(Rejection::InvalidSampleFactor));
}

struct Weight {
  const char* line;
  std::uint32_t weight;
  std::size_t faults;
};

class LineParserWeight : public testing::TestWithParam<Weight> {};

TEST_P(LineParserWeight, FollowsFromTheLastFactor) {
  const auto result = parsed(GetParam().line);

  ASSERT_EQ(result.samples.size(), 1U);
  EXPECT_EQ(result.samples[0].weight, GetParam().weight);
  EXPECT_EQ(result.samples[0].value, 1);
  EXPECT_EQ(result.rejections.size(), GetParam().faults);
  EXPECT_EQ(result.capped, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    , LineParserWeight,
    testing::Values(Weight{"foo:1|ms|@0.1", 10, 0}, Weight{"foo:1|h|@0.3", 3, 0},
                    Weight{"foo:1|d|@0.7", 1, 0}, Weight{"foo:1|ms|@1", 1, 0},
                    Weight{"foo:1|ms|@0.1|@0.5", 2, 0}, Weight{"foo:1|ms|@1e-6", 1'000'000, 0},
                    Weight{"foo:1|ms|@0", 1, 1}, Weight{"foo:1|ms|@-0.5", 1, 1},
                    Weight{"foo:1|ms|@1.5", 1, 1}, Weight{"foo:1|ms|@nan", 1, 1},
                    Weight{"foo:1|ms|@inf", 1, 1}, Weight{"foo:1|ms|@1e400", 1, 1},
                    Weight{"foo:1|ms|@", 1, 1}, Weight{"foo:1|ms|@0.1|@bar", 1, 1},
                    Weight{"foo:1|ms|@2|@0.1", 10, 1}, Weight{"foo:1|ms|@2|@3", 1, 2}));

TEST(LineParser, CapsTheWeightAndReportsIt) {
  const auto result = parsed("foo:1|ms|@0.1", {}, {.sampling_weight_max = 7});

  EXPECT_EQ(result.samples.at(0).weight, 7U);
  EXPECT_EQ(result.capped, 1U);
  EXPECT_EQ(parsed("foo:1|ms|@5e-324").samples.at(0).weight, ParserLimits().sampling_weight_max);
}

TEST(LineParser, CapsOnlyWholeObservationsAboveTheLimit) {
  EXPECT_EQ(parsed("foo:1|ms|@0.13", {}, {.sampling_weight_max = 7}).capped, 0U);
  EXPECT_EQ(parsed("foo:1|ms|@0.125", {}, {.sampling_weight_max = 7}).capped, 1U);
}

TEST(LineParser, ForgetsACapThatALaterFactorUndoes) {
  const auto result = parsed("foo:1|ms|@1e-9|@0.5");

  EXPECT_EQ(result.samples.at(0).weight, 2U);
  EXPECT_EQ(result.capped, 0U);
}

TEST(LineParser, SplitsAClassicLineAtEveryColon) {
  const auto result = parsed("foo:5|c|@0.1:6|c:7|g");

  ASSERT_EQ(result.samples.size(), 3U);
  EXPECT_EQ(result.samples[0].value, 50);
  EXPECT_EQ(result.samples[1].value, 6);
  EXPECT_EQ(result.samples[2].kind, sample::SampleKind::Gauge);
  EXPECT_EQ(parsed("foo:1|c:2|g").samples.size(), 2U);
  EXPECT_EQ(parsed("foo:1|c:2|c:3|g").samples.size(), 3U);
}

TEST(LineParser, GoesOnAfterABadSampleOfAClassicLine) {
  const auto result = parsed("foo:x|c:2|c|:3|g:");

  EXPECT_EQ(result.attempts, 4U);
  EXPECT_THAT(result.rejections,
              ElementsAre(Rejection::MalformedValue, Rejection::MalformedComponent,
                          Rejection::MalformedComponent));
  ASSERT_EQ(result.samples.size(), 1U);
  EXPECT_EQ(result.samples[0].value, 3);
}

TEST(LineParser, TakesAKnownFieldWithAColonAsPartOfOneSample) {
  for (const char* line : {"foo:1|c|c:abc", "foo:1|c|@0.5|T1|c:a:b", "foo:1|c|e:it-x,cn-y:z",
                           "foo:1|c|card:low", "foo:1|c|e:a|c:b"}) {
    const auto result = parsed(line);

    EXPECT_EQ(result.attempts, 1U) << line;
    EXPECT_EQ(result.samples.size(), 1U) << line;
    EXPECT_THAT(result.rejections, IsEmpty()) << line;
  }
}

TEST(LineParser, LeavesAClassicLineClassicWhenAnotherColonComesFirst) {
  EXPECT_EQ(parsed("foo:1|c|x:2|c|c:a").attempts, 3U);
  EXPECT_EQ(parsed("foo:1|c:2|c|c:a").attempts, 3U);
}

TEST(LineParser, GivesPackedValuesTheSameSuffix) {
  const auto result = parsed("foo:1:x:3|ms|@0.5|#a:b|c:d");

  EXPECT_EQ(result.attempts, 3U);
  EXPECT_THAT(result.rejections, ElementsAre(Rejection::MalformedValue));
  ASSERT_EQ(result.samples.size(), 2U);
  for (const auto& sample : result.samples) {
    EXPECT_EQ(sample.weight, 2U);
    EXPECT_THAT(fields_of(sample), ElementsAre("#a:b", "c:d"));
  }
  EXPECT_EQ(result.samples[1].value, 3);
}

TEST(LineParser, ReportsTheFaultsOfFieldsForEachPackedValue) {
  const auto result = parsed("foo:1:2:y|h|x|@0");

  EXPECT_EQ(result.samples.size(), 2U);
  EXPECT_THAT(result.rejections,
              ElementsAre(Rejection::InvalidSampleFactor, Rejection::InvalidSampleFactor,
                          Rejection::InvalidSampleFactor, Rejection::InvalidSampleFactor,
                          Rejection::MalformedValue));
}

TEST(LineParser, ReportsACapAndAnEmptyFieldForEachPackedValue) {
  EXPECT_EQ(parsed("foo:1:2|h|@1e-9").capped, 2U);
  EXPECT_THAT(parsed("foo:1:x|h|").rejections,
              ElementsAre(Rejection::MalformedComponent, Rejection::MalformedValue));
}

TEST(LineParser, RefusesToPackWhatIsNotObserved) {
  for (const char* line :
       {"foo:1:2|c", "foo:1:2|g|#a:b", "foo:1:2|s", "foo:1:2|", "foo:1:2|ms:3|ms"}) {
    const auto result = parsed(line);

    EXPECT_THAT(result.rejections, ElementsAre(Rejection::InvalidExtendedAggregateType)) << line;
    EXPECT_EQ(result.attempts, 0U) << line;
  }
}

// A quadratic parser would report millions of faults here, and take seconds.
TEST(LineParser, BoundsTheFaultsItReportsOfALongPackedLine) {
  constexpr std::size_t kValues = 16'000;
  constexpr std::size_t kFields = 10'000;
  constexpr std::size_t kFaultsPerValueMax = 8;
  std::string line = "foo";
  for (std::size_t at = 0; at < kValues; ++at) line += ":1";
  line += "|ms";
  for (std::size_t at = 0; at < kFields; ++at) line += "|@x";

  const auto result = parsed(line);

  EXPECT_EQ(result.samples.size(), kValues);
  EXPECT_EQ(result.rejections.size(), kValues * kFaultsPerValueMax);
}

TEST(LineParser, RefusesMixedTaggingStyles) {
  for (const char* line : {"foo#a=b:1|c|#c:d", "foo,a=b:1|c|#c:d", "foo[a=b]:1|c|#c:d",
                           "foo#a,b=c:1:2|ms|#", "foo#a=b:1|#c"}) {
    const auto result = parsed(line);

    EXPECT_THAT(result.rejections, ElementsAre(Rejection::MixedTaggingStyles)) << line;
    EXPECT_EQ(result.attempts, 0U) << line;
  }
}

TEST(LineParser, AcceptsATagSectionWhenNoNameTagIsGood) {
  for (const char* line : {"foo#a:1|c|#c:d", "foo]a=b[:1|c|#c:d", "foo[]:1|c|#c:d"}) {
    EXPECT_EQ(parsed(line).samples.size(), 1U) << line;
  }
  EXPECT_EQ(parsed("foo#a=b:1|c|#c:d", {.librato = false}).samples.size(), 1U);
}

TEST(LineParser, RefusesMixedStylesEvenWithoutDogStatsD) {
  EXPECT_THAT(parsed("foo#a=b:1|c|#c:d", {.dogstatsd = false}).rejections,
              ElementsAre(Rejection::MixedTaggingStyles));
}

TEST(LineParser, AllowsNameTagsBesideAContainerId) {
  EXPECT_EQ(parsed("foo#a=b:1|c|c:x").samples.size(), 1U);
}

TEST(LineParser, RecognisesMessagesByTheirPrefix) {
  EXPECT_THAT(parsed("_e{5,4}:title|text|#a").messages, ElementsAre(Message::Event));
  EXPECT_THAT(parsed("_sc|name|0|d:1").messages, ElementsAre(Message::ServiceCheck));
  EXPECT_THAT(parsed("_sc|\xff").rejections, IsEmpty());
}

TEST(LineParser, TakesLinesThatOnlyResembleMessagesAsOrdinary) {
  for (const char* line : {"_sc:1|c", "_scx:1|c", "_e:1|c", "_e{:1|c", "_e{1}:1|c", "_e{1,}:1|c",
                           "_e{,1}:1|c", "_e{1,2:1|c", "_e{a,1}:1|c", "x_sc|:1|c"}) {
    const auto result = parsed(line);

    EXPECT_THAT(result.messages, IsEmpty()) << line;
    EXPECT_EQ(result.samples.size(), 1U) << line;
  }
}

}  // namespace
}  // namespace weir::statsd
