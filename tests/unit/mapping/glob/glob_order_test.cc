// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob/glob_order.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

std::vector<std::string> in_order(const std::vector<std::string>& globs) {
  std::vector<Rule> rules;
  for (const auto& glob : globs) {
    rules.emplace_back().match = glob;
  }
  std::vector<std::string> ordered;
  for (const auto index : most_specific_first(rules)) ordered.push_back(globs[index]);
  return ordered;
}

TEST(GlobOrder, PutsLiteralsBeforePartsBeforeAnySegmentBeforeTails) {
  EXPECT_EQ(in_order({"a.**", "a.*", "a.b*", "a.b"}),
            (std::vector<std::string>{"a.b", "a.b*", "a.*", "a.**"}));
}

TEST(GlobOrder, PutsLongerPartsFirst) {
  EXPECT_EQ(in_order({"a*", "*bc", "ab*"}), (std::vector<std::string>{"*bc", "ab*", "a*"}));
}

TEST(GlobOrder, LooksFromTheLeft) {
  EXPECT_EQ(in_order({"*.b.c", "a.*.*"}), (std::vector<std::string>{"a.*.*", "*.b.c"}));
  EXPECT_EQ(in_order({"a.*.**", "a.b.**"}), (std::vector<std::string>{"a.b.**", "a.*.**"}));
}

// At the first segment behind the shorter `**` the other has more than a `**`.
TEST(GlobOrder, PutsTheTailWithMoreBehindItFirst) {
  EXPECT_EQ(in_order({"a.**", "a.**.c", "a.**.*.*", "a.**.*.c"}),
            (std::vector<std::string>{"a.**.*.c", "a.**.*.*", "a.**.c", "a.**"}));
}

TEST(GlobOrder, PutsTwoTailsBehindOneInThePlaceOfTheFirst) {
  EXPECT_EQ(in_order({"a.**.c.**.d", "a.**.b.**", "a.**", "a.**.d", "a.*.**.b.**", "*.b"}),
            (std::vector<std::string>{"a.*.**.b.**", "a.**.d", "a.**", "a.**.c.**.d", "a.**.b.**",
                                      "*.b"}));
}

TEST(GlobOrder, KeepsTheFilesOrderOfEqualGlobsAndLeavesRegexesOut) {
  std::vector<Rule> rules(4);
  for (auto& rule : rules) rule.match = "a*";
  rules[1].match_type = MatchType::Regex;
  rules[3].match = "a";

  EXPECT_EQ(most_specific_first(rules), (std::vector<std::uint32_t>{3, 0, 2}));
}

}  // namespace
}  // namespace weir::mapping
