// SPDX-License-Identifier: Apache-2.0
// What the parser makes of `name:value|s`.
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "line_recorder.h"
#include "weir/statsd/line_parser.h"

namespace weir::statsd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Recorder parsed_with_sets(std::string_view line, Dialects dialects = {}) {
  LineParser parser(dialects, {});
  parser.read_sets(true);
  Recorder recorder;
  parser.parse(line, recorder);
  return recorder;
}

TEST(LineSets, AreReadOnlyWhenAsked) {
  EXPECT_THAT(parsed("foo:1|s").samples, IsEmpty());
  const auto result = parsed_with_sets("foo:1|s|#a:b|c:id|@0.1|T5");

  ASSERT_EQ(result.samples.size(), 1U);
  EXPECT_EQ(result.samples[0].kind, sample::SampleKind::Set);
  EXPECT_EQ(result.samples[0].name, "foo");
  EXPECT_EQ(result.samples[0].member, "1");
  EXPECT_EQ(result.samples[0].weight, 1U);
  EXPECT_THAT(result.samples[0].fields.all(), ElementsAre("#a:b", "c:id"));
  EXPECT_THAT(result.rejections, IsEmpty());
  EXPECT_EQ(result.attempts, 1U);
}

TEST(LineSets, HaveAnyTextForAValue) {
  for (const std::string text : {"a", "-1", "1e400", "a b", "#x", "@", "\xe2\x82\xac", "a:b", ":",
                                 "::1", "1:2:3", "https://a.b/c?d=e,f"}) {
    for (const auto* rest : {"|s", "|s|#a:b", "|s|@x"}) {
      const std::string line = "foo:" + text + rest;
      const auto result = parsed_with_sets(line);
      ASSERT_EQ(result.samples.size(), 1U) << line;
      EXPECT_EQ(result.samples[0].member, text) << line;
    }
  }
}

TEST(LineSets, HaveNoEmptyValue) {
  const auto result = parsed_with_sets("foo:|s");
  EXPECT_THAT(result.rejections, ElementsAre(Rejection::MalformedValue));
  EXPECT_EQ(result.attempts, 1U);
  EXPECT_THAT(parsed_with_sets("foo: |s", {.spaces = true}).rejections,
              ElementsAre(Rejection::MalformedValue));
}

TEST(LineSets, FollowTheDialects) {
  EXPECT_EQ(parsed_with_sets("foo: a b | s", {.spaces = true}).samples.at(0).member, "a b");
  const auto colons = parsed_with_sets("foo:a:b|s", {.colons_in_names = true});
  EXPECT_EQ(colons.samples.at(0).name, "foo:a");
  EXPECT_EQ(colons.samples.at(0).member, "b");
}

TEST(LineSets, StandBesideOtherSamplesOfALine) {
  const auto result = parsed_with_sets("foo:a|s:2|c:b|s");
  ASSERT_EQ(result.samples.size(), 3U);
  EXPECT_EQ(result.samples[0].member, "a");
  EXPECT_EQ(result.samples[1].value, 2);
  EXPECT_EQ(result.samples[2].member, "b");
  EXPECT_THAT(parsed_with_sets("foo:x|c").rejections, ElementsAre(Rejection::MalformedValue));
  EXPECT_EQ(parsed_with_sets("foo:x|S").rejections, parsed("foo:x|S").rejections);
  EXPECT_EQ(parsed_with_sets("foo:a:b|x").rejections, parsed("foo:a:b|x").rejections);
}

}  // namespace
}  // namespace weir::statsd
