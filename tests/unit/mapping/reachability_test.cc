// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/reachability.h"

#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::mapping {

using rulefile::warnings_of;
namespace {

TEST(Reachability, WarnsOfAMappingBehindAWiderOne) {
  const auto warnings = warnings_of(
      "mappings:\n"
      "- match: a.*.*\n"
      "  name: wide\n"
      "- match: a.b.*\n"
      "  name: narrow\n");

  ASSERT_EQ(warnings.size(), 1);
  EXPECT_EQ(warnings[0],
            "m.yml:4:10: this mapping never matches: \"a.*.*\" on line 2 takes all of its names "
            "first, move this one before it or remove it");
}

TEST(Reachability, WarnsOfARepeatedGlob) {
  EXPECT_EQ(warnings_of("mappings:\n- {match: a.b, name: x}\n- {match: a.b, name: y}\n").size(), 1);
  EXPECT_EQ(warnings_of("defaults: {glob_disable_ordering: true}\n"
                        "mappings:\n- {match: a.b, name: x}\n- {match: a.b, name: y}\n")
                .size(),
            1);
}

TEST(Reachability, DoesNotWarnWhenTheNarrowOneComesFirst) {
  EXPECT_TRUE(warnings_of("mappings:\n- {match: a.b, name: x}\n- {match: a.*, name: y}\n").empty());
}

TEST(Reachability, DoesNotWarnOfOverlapsOrOtherLengths) {
  EXPECT_TRUE(warnings_of("mappings:\n"
                          "- {match: a.*, name: x}\n"
                          "- {match: '*.b', name: y}\n"
                          "- {match: a.b.c, name: z}\n"
                          "- {match: a, name: w}\n")
                  .empty());
}

TEST(Reachability, DoesNotMindOrderWhenOrderDoesNotCount) {
  EXPECT_TRUE(warnings_of("defaults: {glob_disable_ordering: true}\n"
                          "mappings:\n- {match: a.*, name: x}\n- {match: a.b, name: y}\n")
                  .empty());
}

TEST(Reachability, LooksAtTheKinds) {
  const std::string wide = "mappings:\n- {match: a.*, name: x, match_metric_type: counter}\n";

  EXPECT_TRUE(warnings_of(wide + "- {match: a.b, name: y}\n").empty());
  EXPECT_TRUE(warnings_of(wide + "- {match: a.b, name: y, match_metric_type: gauge}\n").empty());
  EXPECT_EQ(warnings_of(wide + "- {match: a.b, name: y, match_metric_type: counter}\n").size(), 1);
  EXPECT_EQ(warnings_of(wide + "- {match: a.*, name: g, match_metric_type: gauge}\n"
                               "- {match: '*.*', name: o, match_metric_type: observer}\n"
                               "- {match: a.b, name: y}\n")
                .size(),
            1);
  const std::string set = "- {match: a.b, name: y, match_metric_type: set}\n";
  EXPECT_TRUE(warnings_of(wide + set).empty());
  EXPECT_TRUE(warnings_of("mappings:\n" + set + "- {match: a.b, name: z}\n").empty());
  EXPECT_EQ(warnings_of("mappings:\n- {match: a.*, name: x}\n" + set).size(), 1);
}

class SetsReachability : public testing::TestWithParam<std::string> {};

TEST_P(SetsReachability, KnowsThatARuleForEveryTypeMeetsThemWhereTheyAreRead) {
  const std::string others = GetParam() +
                             "mappings:\n"
                             "- {match: a.*, name: c, match_metric_type: counter}\n"
                             "- {match: a.*, name: g, match_metric_type: gauge}\n"
                             "- {match: a.*, name: o, match_metric_type: observer}\n";
  const rulefile::LoadOptions reading{.reads_sets = true};
  const std::string set = "- {match: a.*, name: s, match_metric_type: set}\n";
  const std::string every = "- {match: a.*, name: e}\n";
  const std::string regex = "- {match: '^a\\.(\\w+)$', name: r, match_type: regex}\n";

  for (const std::string& last : {every, regex}) {
    EXPECT_EQ(warnings_of(others + last).size(), 1) << last;
    EXPECT_TRUE(warnings_of(others + last, reading).empty()) << last;
    // One rule for sets, of whatever name, has them read for all.
    EXPECT_TRUE(
        warnings_of(others + "- {match: b, name: b, match_metric_type: set}\n" + last).empty())
        << last;
    EXPECT_EQ(warnings_of(others + set + last, reading).size(), 1) << last;
  }
}

INSTANTIATE_TEST_SUITE_P(Orders, SetsReachability,
                         testing::Values("", "defaults: {glob_disable_ordering: true}\n"));

std::size_t count_warnings(const std::string& earlier, const std::string& later,
                           bool is_ordered = true) {
  return warnings_of((is_ordered ? "" : "defaults: {glob_disable_ordering: true}\n") +
                     std::string("mappings:\n- {name: x, ") + earlier + "}\n- {name: y, " + later +
                     "}\n")
      .size();
}

TEST(Reachability, KnowsWhatAPartOfASegmentCovers) {
  EXPECT_EQ(count_warnings("match: a.b*", "match: a.bc"), 1);
  EXPECT_EQ(count_warnings("match: a.b*", "match: a.bc*"), 1);
  EXPECT_EQ(count_warnings("match: a.b*d", "match: a.bc*ed"), 1);
  EXPECT_EQ(count_warnings("match: a.*", "match: a.b*"), 1);
  EXPECT_EQ(count_warnings("match: a.b*", "match: a.b"), 0);
  EXPECT_EQ(count_warnings("match: a.b*", "match: a.*"), 0);
  EXPECT_EQ(count_warnings("match: a.bc*", "match: a.b*"), 0);
  EXPECT_EQ(count_warnings("match: a.b*", "match: a.*b"), 0);
}

TEST(Reachability, KnowsWhatATailCovers) {
  EXPECT_EQ(count_warnings("match: a.**", "match: a.b"), 1);
  EXPECT_EQ(count_warnings("match: a.**", "match: a.b.*.c"), 1);
  EXPECT_EQ(count_warnings("match: a.**", "match: a.b.**"), 1);
  EXPECT_EQ(count_warnings("match: a.**", "match: a.**"), 1);
  EXPECT_EQ(count_warnings("match: a.**.c", "match: a.*.b*.c"), 1);
  EXPECT_EQ(count_warnings("match: a.**.c", "match: a.b.**.c"), 1);
  EXPECT_EQ(count_warnings("match: '*.**'", "match: a.b.**.c"), 1);
  EXPECT_EQ(count_warnings("match: a.**", "match: a.**.b.**"), 1);
  EXPECT_EQ(count_warnings("match: a.**.b.**", "match: a.*.b.**"), 1);
  EXPECT_EQ(count_warnings("match: a.**.b.**", "match: a.x.c.b.d"), 1);
  EXPECT_EQ(count_warnings("match: a.**.b.**", "match: a.**.b.**"), 1);
  EXPECT_EQ(count_warnings("match: a.**.b.**", "match: a.b.**"), 0);
  EXPECT_EQ(count_warnings("match: a.**.b.**", "match: a.**.c.**"), 0);
  EXPECT_EQ(count_warnings("match: a.**.b.**", "match: a.**"), 0);
  EXPECT_EQ(count_warnings("match: a.**", "match: a"), 0);
  EXPECT_EQ(count_warnings("match: a.**.c", "match: a.c"), 0);
  EXPECT_EQ(count_warnings("match: a.**.c", "match: a.**"), 0);
  EXPECT_EQ(count_warnings("match: a.*", "match: a.**"), 0);
  EXPECT_EQ(count_warnings("match: a.*.b.**", "match: a.**.b.c"), 0);
  EXPECT_EQ(count_warnings("match: a.**.*", "match: a.**"), 0);
}

TEST(Reachability, LooksAtTheTags) {
  EXPECT_EQ(count_warnings("match: a.*, match_tags: {t: x}", "match: a.b"), 0);
  EXPECT_EQ(count_warnings("match: a.*", "match: a.b, match_tags: {t: x}"), 1);
  EXPECT_EQ(count_warnings("match: a.*, match_tags: {t: x}", "match: a.b, match_tags: {t: x}"), 1);
  EXPECT_EQ(count_warnings("match: a.*, match_tags: {t: x}", "match: a.b, match_tags: {t: y}"), 0);
  EXPECT_EQ(count_warnings("match: a.*, match_tags: {t: x}", "match: a.b, match_tags: {u: x}"), 0);
  EXPECT_EQ(count_warnings("match: a.*, match_tags: {t: 'x*'}",
                           "match: a.b, match_tags: {s: z, t: 'xy*'}"),
            1);
  EXPECT_EQ(count_warnings("match: a.*, match_tags: {t: '*'}", "match: a.b, match_tags: {t: y}"),
            1);
  EXPECT_EQ(count_warnings("match: a.*, match_tags: {t: x}", "match: a.b, match_tags: {t: '*'}"),
            0);
}

TEST(Reachability, LooksAtTheTagsOfRepeatedGlobsWhenOrderDoesNotCount) {
  EXPECT_EQ(count_warnings("match: a.*", "match: a.*, match_tags: {t: x}", false), 1);
  EXPECT_EQ(
      count_warnings("match: a.*, match_tags: {t: x}", "match: a.*, match_tags: {t: x}", false), 1);
  EXPECT_EQ(count_warnings("match: a.*, match_tags: {t: x}", "match: a.*", false), 0);
  EXPECT_EQ(
      count_warnings("match: a.*, match_tags: {t: x}", "match: a.*, match_tags: {t: y}", false), 0);
}

TEST(Reachability, LeavesRegexesOut) {
  EXPECT_TRUE(warnings_of("defaults: {match_type: regex}\n"
                          "mappings:\n- {match: a, name: x}\n- {match: a, name: y}\n")
                  .empty());
}

TEST(Reachability, ShowsABoundedNumberOfWarnings) {
  std::string text = "mappings:\n";
  for (int i = 0; i < 200; ++i) text += "- {match: a.b, name: x}\n";

  const auto warnings = warnings_of(text);

  ASSERT_EQ(warnings.size(), 101);
  EXPECT_EQ(warnings.back(), "m.yml: 99 more warnings are not shown, fix these first");
}

}  // namespace
}  // namespace weir::mapping
