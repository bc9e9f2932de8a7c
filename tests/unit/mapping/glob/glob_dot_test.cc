// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/glob_dot.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::mapping {

using rulefile::load;
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kBare = R"(digraph g {
rankdir=LR
node [ label="",style=filled,fillcolor=white,shape=circle ]
0 -> 1  [label = "counter"];
1 [color="#D6B656",fillcolor="#FFF2CC"];
0 -> 2  [label = "gauge"];
2 [color="#D6B656",fillcolor="#FFF2CC"];
0 -> 3  [label = "observer"];
3 [color="#D6B656",fillcolor="#FFF2CC"];
0 [color="#a94442",fillcolor="#f2dede"];
})";

std::string dot_of(std::string_view text) { return glob_automaton_dot(*load(text).rules); }

TEST(GlobDot, DrawsTheAutomatonOfTheReference) {
  const auto dot = dot_of(R"(
mappings:
- {match: a.*.b, name: x}
- {match: a.c, name: y, match_metric_type: counter}
)");

  EXPECT_EQ(dot, R"(digraph g {
rankdir=LR
node [ label="",style=filled,fillcolor=white,shape=circle ]
0 -> 1  [label = "counter"];
1 [color="#D6B656",fillcolor="#FFF2CC"];
0 -> 2  [label = "gauge"];
2 [color="#D6B656",fillcolor="#FFF2CC"];
0 -> 3  [label = "observer"];
3 [color="#D6B656",fillcolor="#FFF2CC"];
1 -> 4  [label = "a"];
2 -> 5  [label = "a"];
3 -> 6  [label = "a"];
4 -> 7  [label = "*"];
4 -> 8  [label = "c"];
8 [color="#82B366",fillcolor="#D5E8D4"];
5 -> 9  [label = "*"];
6 -> 10  [label = "*"];
7 -> 11  [label = "b"];
11 [color="#82B366",fillcolor="#D5E8D4"];
9 -> 12  [label = "b"];
12 [color="#82B366",fillcolor="#D5E8D4"];
10 -> 13  [label = "b"];
13 [color="#82B366",fillcolor="#D5E8D4"];
0 [color="#a94442",fillcolor="#f2dede"];
})");
}

TEST(GlobDot, DrawsTheKindsAloneWithoutAGlob) {
  EXPECT_EQ(glob_automaton_dot(*RuleSet::empty()), kBare);
  EXPECT_EQ(dot_of("mappings:\n- {match: 'x.*', match_type: regex, name: n}\n"), kBare);
}

TEST(GlobDot, ColoursTheEndOfARuleThatALongerOneContinues) {
  const auto dot = dot_of(R"(
mappings:
- {match: a.b, name: x, match_metric_type: counter}
- {match: a, name: y, match_metric_type: counter}
)");

  EXPECT_THAT(dot, HasSubstr("1 -> 4  [label = \"a\"];\n4 [color=\"#82B366\""));
  EXPECT_THAT(dot, HasSubstr("4 -> 5  [label = \"b\"];\n5 [color=\"#82B366\""));
}

TEST(GlobDot, DrawsEqualGlobsOnce) {
  const auto dot = dot_of(R"(
mappings:
- {match: a.b, name: x, match_metric_type: gauge}
- {match: a.b, name: y, match_metric_type: gauge}
)");

  EXPECT_THAT(dot, HasSubstr("2 -> 4  [label = \"a\"];\n4 -> 5  [label = \"b\"];\n"));
  EXPECT_THAT(dot, Not(HasSubstr("-> 6")));
}

TEST(GlobDot, DrawsPartsAndTails) {
  const auto dot = dot_of("mappings: [{match: a.b*.**.c, name: x, match_metric_type: gauge}]");

  EXPECT_THAT(dot, HasSubstr(R"(2 -> 4  [label = "a"];
4 -> 5  [label = "b*"];
5 -> 6  [label = "**"];
6 -> 6  [label = "*"];
6 -> 7  [label = "c"];
7 [color="#82B366",fillcolor="#D5E8D4"];
)"));
}

TEST(GlobDot, DrawsSetsWhereARuleIsForThem) {
  EXPECT_THAT(dot_of("mappings:\n- {match: a, name: x}\n"), Not(HasSubstr("\"set\"")));
  EXPECT_EQ(dot_of("mappings:\n- {match: a, name: x, match_metric_type: set}\n"),
            R"(digraph g {
rankdir=LR
node [ label="",style=filled,fillcolor=white,shape=circle ]
0 -> 1  [label = "counter"];
1 [color="#D6B656",fillcolor="#FFF2CC"];
0 -> 2  [label = "gauge"];
2 [color="#D6B656",fillcolor="#FFF2CC"];
0 -> 3  [label = "observer"];
3 [color="#D6B656",fillcolor="#FFF2CC"];
0 -> 4  [label = "set"];
4 [color="#D6B656",fillcolor="#FFF2CC"];
4 -> 5  [label = "a"];
5 [color="#82B366",fillcolor="#D5E8D4"];
0 [color="#a94442",fillcolor="#f2dede"];
})");
}

TEST(GlobDot, DoesNotDependOnTheOrderOfTheRules) {
  EXPECT_EQ(dot_of("mappings:\n- {match: a.b, name: x}\n- {match: a.a, name: y}\n"),
            dot_of("mappings:\n- {match: a.a, name: y}\n- {match: a.b, name: x}\n"));
}

// The loader lets none of this through; the drawing must not depend on it.
TEST(GlobDot, EscapesLabels) {
  Rule rule;
  rule.match = R"(say"\N")";
  const RuleSet rules({rule}, {}, true);

  EXPECT_THAT(glob_automaton_dot(rules), HasSubstr(R"([label = "say\"\\N\""];)"));
}

TEST(GlobDot, DrawsManyLongRules) {
  constexpr int kRules = 10'000;
  constexpr int kSegments = 20;
  std::vector<Rule> many(kRules);
  for (int i = 0; i < kRules; ++i) {
    many[i].match = fmt::format("rule{}", i);
    for (int segment = 1; segment < kSegments; ++segment) many[i].match += ".x";
  }

  const auto dot = glob_automaton_dot(RuleSet(std::move(many), {}, true));

  // Every node but the root has one edge that leads to it.
  EXPECT_THAT(dot, HasSubstr(fmt::format(" -> {}  [label", 3 + 3 * kRules * kSegments)));
  EXPECT_THAT(dot, Not(HasSubstr(fmt::format(" -> {}  [label", 4 + 3 * kRules * kSegments))));
  EXPECT_THAT(dot, EndsWith("];\n}"));
}

}  // namespace
}  // namespace weir::mapping
