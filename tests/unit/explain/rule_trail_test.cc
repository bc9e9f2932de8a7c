// SPDX-License-Identifier: Apache-2.0
#include "explain/rule_trail.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapping_file.h"

namespace weir::explain {
namespace {

using testing::ElementsAre;

constexpr std::string_view kMapping =
    "mappings:\n"
    "- {match: z.y, name: far}\n"
    "- {match: z.x, name: far}\n"
    "- {match: a.c, name: begun}\n"
    "- {match: a.b, name: other_type, match_metric_type: gauge}\n"
    "- {match: a.*, name: winner}\n"
    "- {match: a.d, name: behind}\n"
    "- {match: '*.b', name: hidden}\n";

struct Asked {
  explicit Asked(std::size_t rules_max, std::size_t bytes_max = 1'000'000) {
    const auto rules = rulefile::load(kMapping).rules;
    const AskedSample sample{"a.b", sample::EventKind::Counter, {}};
    mapping::Match match;
    rules->match(sample.name, sample.kind, match);
    trail = ask_rules(*rules, rules->by_precedence(), sample, match.rule,
                      {.rules_max = rules_max, .asked_bytes_max = bytes_max});
    for (const auto& rule : trail.rules) lines.push_back(rule.line);
  }
  RuleTrail trail;
  std::vector<std::size_t> lines;
};

TEST(RuleTrail, HasAllUpToTheWinnerAndThoseThatItHides) {
  const Asked asked(100);

  EXPECT_THAT(asked.lines, ElementsAre(2, 3, 4, 5, 6, 8));
  EXPECT_EQ(asked.trail.left_out, 0);
  EXPECT_EQ(asked.trail.winner, 4);
  EXPECT_EQ(asked.trail.rules[4].verdict, Verdict::Wins);
  EXPECT_EQ(asked.trail.rules[5].verdict, Verdict::Hidden);
}

TEST(RuleTrail, KeepsTheNearestInTheirOrder) {
  EXPECT_THAT(Asked(5).lines, ElementsAre(2, 4, 5, 6, 8));
  EXPECT_THAT(Asked(4).lines, ElementsAre(4, 5, 6, 8));
  EXPECT_THAT(Asked(3).lines, ElementsAre(5, 6, 8));
  EXPECT_EQ(Asked(3).trail.left_out, 3);
  EXPECT_EQ(Asked(3).trail.winner, 1);
}

// A glob costs 64 bytes for so short a name.
TEST(RuleTrail, AsksAsManyAsItMayAndTheWinner) {
  const Asked asked(100, 2 * 64 + 63);

  EXPECT_THAT(asked.lines, ElementsAre(2, 3, 6));
  EXPECT_EQ(asked.trail.left_out, 2);
  EXPECT_EQ(asked.trail.winner, 2);
  EXPECT_EQ(asked.trail.rules[2].verdict, Verdict::Wins);
  EXPECT_THAT(Asked(100, 0).lines, ElementsAre(6));
}

}  // namespace
}  // namespace weir::explain
