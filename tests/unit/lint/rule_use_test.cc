// SPDX-License-Identifier: Apache-2.0
#include "weir/lint/rule_use.h"

#include <gmock/gmock.h>

#include "weir/rulefile/loader.h"

namespace weir::lint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kRules =
    "mappings:\n"
    "- {match: web.*.requests, name: web_requests_total, labels: {page: $1}}\n"
    "- {match: web.*, name: web_total}\n"
    "- {match: debug.*, action: drop, name: dropped}\n"
    "- {match: old.*, name: old_total}\n";

RuleUse use_of(std::string_view rules, const std::vector<std::string_view>& lines) {
  RuleUseCounter counter(rulefile::parse_rules(rules, "m.yml").rules, base::NameValidation::Legacy);
  for (const auto line : lines) counter.take(line);
  return counter.result();
}

std::vector<std::uint64_t> counts_of(const RuleCount& count) {
  return {count.samples, count.names, count.series};
}

TEST(RuleUse, CountsSamplesNamesAndSeriesOfEachRule) {
  const auto use = use_of(kRules, {"web.a.requests:1|c", "web.a.requests:2|c", "web.b.requests:1|c",
                                   "web.x:1|c", "web.y:1|c", "debug.z:1|c"});

  ASSERT_EQ(use.rules.size(), 4);
  EXPECT_THAT(counts_of(use.rules[0]), ElementsAre(3, 2, 2));
  // Two names, and one series.
  EXPECT_THAT(counts_of(use.rules[1]), ElementsAre(2, 2, 1));
  EXPECT_THAT(counts_of(use.rules[2]), ElementsAre(1, 1, 0));
  EXPECT_THAT(counts_of(use.rules[3]), ElementsAre(0, 0, 0));
  EXPECT_EQ(use.rules[3].line, 5);
  EXPECT_THAT(use.unmapped, IsEmpty());
}

TEST(RuleUse, CountsSeriesByTags) {
  const auto use = use_of(kRules, {"web.x:1|c|#a:1", "web.x:1|c|#a:2", "web.x,a=2:1|c"});

  EXPECT_THAT(counts_of(use.rules[1]), ElementsAre(3, 1, 2));
}

TEST(RuleUse, CountsPackedValues) {
  const auto use = use_of(kRules, {"web.x:1:2:3|ms", "web.x:4|ms:5|ms"});

  EXPECT_EQ(use.lines, 2);
  EXPECT_EQ(use.samples, 5);
  EXPECT_THAT(counts_of(use.rules[1]), ElementsAre(5, 1, 1));
}

TEST(RuleUse, ListsUnmappedNamesTheMostSentFirst) {
  const auto use = use_of(kRules, {"b:1|c", "a:1|c", "c:1|c", "c,x=y:2|g"});

  ASSERT_EQ(use.unmapped.size(), 3);
  EXPECT_EQ(use.unmapped[0].name, "c");
  EXPECT_EQ(use.unmapped[0].samples, 2);
  EXPECT_EQ(use.unmapped[1].name, "a");
  EXPECT_EQ(use.unmapped_samples, 4);
}

TEST(RuleUse, CountsWhatIsRefused) {
  const auto use = use_of(kRules, {"nonsense", "web.x:abc|c", "web.x:1|q", "web.x:1|s", "",
                                   "_sc|check|0", "web.x:1|c"});

  EXPECT_EQ(use.lines, 7);
  EXPECT_EQ(use.refused, 5);
  EXPECT_THAT(counts_of(use.rules[1]), ElementsAre(1, 1, 1));
}

TEST(RuleUse, ReadsSetsWhereARuleDoes) {
  const auto use = use_of(
      "mappings:\n- {match: a, match_metric_type: set, name: a}\n- {match: b, name: b_total}\n",
      {"a:x|s", "b:x|s"});

  EXPECT_THAT(counts_of(use.rules[0]), ElementsAre(1, 1, 1));
  EXPECT_THAT(counts_of(use.rules[1]), ElementsAre(0, 0, 0));
  EXPECT_EQ(use.refused, 1);
}

TEST(RuleUse, CountsNoSeriesForWhatHasNone) {
  const auto use = use_of("mappings:\n- {match: a.*, name: a, match_metric_type: observer}\n",
                          {"a.x:1|ms|#quantile:5", "a.x:1|ms"});

  EXPECT_THAT(counts_of(use.rules[0]), ElementsAre(2, 1, 1));
}

}  // namespace
}  // namespace weir::lint
