// SPDX-License-Identifier: Apache-2.0
#include "mapping/reachability.h"

#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::mapping {
namespace {

std::vector<std::string> warnings_of(std::string_view text) { return load(text).warnings; }

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
