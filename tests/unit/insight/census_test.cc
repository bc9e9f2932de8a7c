// SPDX-License-Identifier: Apache-2.0
#include "weir/insight/census.h"

#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/metrics/series_walk.h"
#include "weir/metrics/store.h"

namespace weir::insight {
namespace {

using testing::SizeIs;

class CensusTest : public testing::Test {
 protected:
  void add(std::string_view name, std::string_view labels, std::string_view label_names) {
    metrics::SeriesRequest request;
    request.name = name;
    request.labels = labels;
    request.label_names = label_names;
    request.definition = &counter_;
    store_.admit(request, now_);
  }

  Census count() {
    Census census(1);
    metrics::SeriesWalk walk(store_, now_, metrics::WalkDepth::Labels);
    while (walk.advance(census)) {
    }
    census.finish();
    return census;
  }

  base::TimePoint now_{std::chrono::hours(1)};
  metrics::Definition counter_;
  metrics::Store store_{{}, {}, 1, {now_, {}}};
};

TEST_F(CensusTest, CountsSeriesAndValues) {
  for (int i = 0; i < 6; ++i) {
    add("wide", fmt::format(R"(id="{}",zone="{}")", i, i % 2), "id,zone");
  }
  add("wide", R"(zone="9")", "zone");
  add("plain", "", "");

  const Census census = count();
  ASSERT_THAT(census.families(), SizeIs(2));
  EXPECT_EQ(census.families()[0].name, "wide");
  EXPECT_EQ(census.families()[0].series, 7);
  EXPECT_EQ(census.families()[1].name, "plain");
  EXPECT_EQ(census.families()[1].type, metrics::Type::Counter);
  EXPECT_EQ(census.family_count(), 2);
  ASSERT_THAT(census.labels(), SizeIs(2));
  EXPECT_EQ(census.labels()[0].metric, "wide");
  EXPECT_EQ(census.labels()[0].label, "id");
  EXPECT_EQ(census.labels()[0].values, 6);
  EXPECT_EQ(census.labels()[0].series, 6);
  EXPECT_EQ(census.labels()[1].label, "zone");
  EXPECT_EQ(census.labels()[1].values, 3);
  EXPECT_EQ(census.labels()[1].series, 7);
}

TEST_F(CensusTest, ReadsQuotedNamesAndEscapedValues) {
  add("a", R"("b.c"="x\",y=\"1",d="\\")", R"("b.c",d)");

  const Census census = count();
  ASSERT_THAT(census.labels(), SizeIs(2));
  EXPECT_EQ(census.labels()[0].label, R"("b.c")");
  EXPECT_EQ(census.labels()[1].label, "d");
}

TEST_F(CensusTest, KeepsTheLargestOfMany) {
  for (int i = 0; i < 1500; ++i) add(fmt::format("f{:04}", i), "", "");
  for (int i = 0; i < 3; ++i) add("f1499", fmt::format(R"(k="{}")", i), "k");

  const Census census = count();
  EXPECT_THAT(census.families(), SizeIs(Census::kEntriesMax));
  EXPECT_EQ(census.families()[0].name, "f1499");
  EXPECT_EQ(census.family_count(), 1500);
}

TEST_F(CensusTest, LooksAtABoundedNumberOfLabelsOfAFamily) {
  for (int i = 0; i < 300; ++i) add("a", fmt::format(R"(k{}="v")", i), fmt::format("k{}", i));

  const Census census = count();
  EXPECT_EQ(census.label_count(), Census::kLabelsMax);
  EXPECT_EQ(census.families()[0].series, 300);
}

TEST_F(CensusTest, CutsLongNames) {
  const std::string longest(Census::kNameBytesMax + 50, 'n');
  add(longest, longest + "=\"v\"", longest);

  const Census census = count();
  EXPECT_THAT(census.families()[0].name, SizeIs(Census::kNameBytesMax));
  EXPECT_THAT(census.labels()[0].label, SizeIs(Census::kNameBytesMax));
}

}  // namespace
}  // namespace weir::insight
