// SPDX-License-Identifier: Apache-2.0
#include "weir/suggest/proposal.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "weir/lint/lint.h"
#include "weir/mapping/rule_set.h"

namespace weir::suggest {
namespace {

using testing::ElementsAre;

Proposal propose_for(const std::vector<std::string>& lines) {
  Traffic traffic(mapping::RuleSet::empty(), base::NameValidation::Legacy);
  for (const auto& line : lines) traffic.take(line);
  return propose(traffic);
}

std::vector<std::string> matches(const Proposal& proposal) {
  std::vector<std::string> found;
  found.reserve(proposal.rules.size());
  for (const auto& rule : proposal.rules) found.push_back(rule.match);
  return found;
}

bool is_clean(const Proposal& proposal) {
  return std::ranges::none_of(lint::lint_text(proposal.yaml), [](const lint::Finding& finding) {
    return finding.kind->severity != lint::Severity::Note;
  });
}

TEST(Proposal, MakesALabelOfWhatVaries) {
  const auto proposal = propose_for({"web.host.a.hits:1|c", "web.host.b.hits:1|c"});
  ASSERT_EQ(proposal.rules.size(), 1U);
  EXPECT_EQ(proposal.rules[0].yaml,
            "  # 2 names, 2 series.\n"
            "  - match: web.host.*.hits\n"
            "    name: web_host_hits_total\n"
            "    labels:\n"
            "      host: $1\n");
  EXPECT_EQ(proposal.yaml, "mappings:\n" + proposal.rules[0].yaml);
}

TEST(Proposal, CoversDottedIdsByATail) {
  const auto proposal =
      propose_for({"q.queue.mail.depth:1|g", "q.queue.push.eu.depth:1|g", "q.queue.sms.depth:1|g"});
  EXPECT_THAT(matches(proposal), ElementsAre("q.queue.**.depth"));
}

TEST(Proposal, LeavesOutIdsWithoutAnEnd) {
  const auto proposal = propose_for({"api.user.9b2d6e0a-1f6e-4a0e-9a53-0c8f3f0c3a11.logins:1|c",
                                     "api.user.0f8fad5b-d9cb-469f-a165-70867728950e.logins:1|c"});
  ASSERT_EQ(proposal.rules.size(), 1U);
  EXPECT_EQ(proposal.rules[0].series_before, 2U);
  EXPECT_EQ(proposal.rules[0].series_after, 1U);
  EXPECT_EQ(proposal.rules[0].saved(), 1U);
  EXPECT_EQ(proposal.rules[0].yaml.find("labels"), std::string::npos);
}

TEST(Proposal, DropsWhatIsCountedTwice) {
  std::vector<std::string> lines;
  for (int i = 0; i < 4; ++i) {
    lines.insert(lines.end(), {"p.slots:1|c", "p.slots:1|c", "p.slots.a:1|c", "p.slots.b:1|c"});
  }
  const auto proposal = propose_for(lines);
  ASSERT_THAT(matches(proposal), ElementsAre("p.slots", "p.slots.*"));
  EXPECT_EQ(proposal.rules[0].name, "dropped");
  EXPECT_EQ(proposal.rules[0].series_after, 0U);
  EXPECT_EQ(proposal.rules[1].name, "p_slots_total");
}

TEST(Proposal, KeepsTheTotalWhereItHasTheTags) {
  std::vector<std::string> lines;
  for (int i = 0; i < 4; ++i) {
    lines.insert(lines.end(),
                 {"p.slots,pool=a:1|c", "p.slots.a:1|c", "p.slots,pool=b:1|c", "p.slots.b:1|c"});
  }
  const auto proposal = propose_for(lines);
  ASSERT_THAT(matches(proposal), ElementsAre("p.slots", "p.slots.*"));
  EXPECT_EQ(proposal.rules[0].name, "p_slots_total");
  EXPECT_EQ(proposal.rules[1].name, "dropped");
}

TEST(Proposal, KeepsBothWhereTheyDoNotAddUp) {
  std::vector<std::string> lines(50, "p.slots:1|c");
  lines.insert(lines.end(), {"p.slots.a:1|c", "p.slots.b:1|c", "p.slots.d:1|c"});
  const auto proposal = propose_for(lines);
  std::set<std::string> names;
  for (const auto& rule : proposal.rules) names.insert(rule.name);
  EXPECT_EQ(names.count("dropped"), 0U);
  EXPECT_EQ(names.size(), 2U);
}

TEST(Proposal, GivesEachTypeARuleOfItsOwn) {
  const auto proposal = propose_for({"a.b:1|c", "a.b:1|ms"});
  ASSERT_EQ(proposal.rules.size(), 2U);
  EXPECT_EQ(proposal.rules[0].name, "a_b_total");
  EXPECT_EQ(proposal.rules[1].name, "a_b_seconds");
  EXPECT_NE(proposal.rules[1].yaml.find("match_metric_type: observer"), std::string::npos);
}

TEST(Proposal, MakesAGaugeOfCountersThatGoDown) {
  const auto proposal = propose_for({"pool.open:1|c", "pool.open:-1|c"});
  ASSERT_EQ(proposal.rules.size(), 1U);
  EXPECT_EQ(proposal.rules[0].name, "pool_open");
  EXPECT_NE(proposal.rules[0].yaml.find("as: gauge"), std::string::npos);
}

TEST(Proposal, LeavesTaggedNamesAloneThatAreFine) {
  const auto proposal = propose_for({"jvm.memory.used:5|g|#area:heap", "orders:1|c|#kind:web"});
  EXPECT_THAT(matches(proposal), ElementsAre("orders"));
  EXPECT_EQ(proposal.names, 2U);
  EXPECT_EQ(proposal.unmapped, 1U);
  EXPECT_EQ(proposal.fine, 1U);
}

TEST(Proposal, HasNothingForNoTraffic) {
  const auto proposal = propose_for({});
  EXPECT_TRUE(proposal.rules.empty());
  EXPECT_EQ(proposal.yaml, "");
}

TEST(Proposal, LeavesNamesAloneThatNoFileCanHold) {
  const auto proposal = propose_for({"a..b:1|c", ".a:1|c", "a.:1|c", "a.\x01.b:1|c", "42:1|c",
                                     std::string(10'000, 'x') + ":1|c"});
  EXPECT_TRUE(proposal.rules.empty());
  EXPECT_EQ(proposal.unmapped, proposal.names);
}

TEST(Proposal, TakesNamesThatAreNoGlobs) {
  const auto proposal = propose_for({"a.b*c:1|c", "a.(x)+.y:1|c", "a.'q'.\"z\":1|c", "a.é.b:1|c"});
  EXPECT_EQ(proposal.unmapped, 0U);
  EXPECT_TRUE(is_clean(proposal)) << proposal.yaml;
}

// Time is proportional to this, whatever the names are.
TEST(Proposal, LooksAFewTimesAtEachSegment) {
  constexpr std::uint64_t kRounds = 3;
  const auto propose_many = [](auto name_of, std::uint64_t names, std::uint64_t segments) {
    Traffic traffic(mapping::RuleSet::empty(), base::NameValidation::Legacy);
    for (std::uint64_t i = 0; i < names; ++i) traffic.take(name_of(std::to_string(i)) + ":1|c");
    auto proposal = propose(traffic);
    EXPECT_EQ(proposal.names, names);
    EXPECT_LE(proposal.rules.size(), kProposedRulesMax);
    EXPECT_LE(proposal.steps, kRounds * names * (segments + 1));
    return proposal;
  };
  const auto wide = propose_many([](const std::string& i) { return "word" + i + "x"; }, 100'000, 1);
  EXPECT_EQ(wide.rules.size(), kProposedRulesMax);
  const auto ids =
      propose_many([](const std::string& i) { return "app.user." + i + ".logins"; }, 100'000, 4);
  EXPECT_THAT(matches(ids), ElementsAre("app.user.*.logins"));
  EXPECT_EQ(ids.rules[0].series_after, 1U);
  propose_many([](const std::string& i) { return "a." + i + "k.b." + i + "m.c"; }, 10'000, 5);
}

}  // namespace
}  // namespace weir::suggest
