// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "weir/lint/lint.h"
#include "weir/lint/rule_use.h"
#include "weir/rulefile/loader.h"
#include "weir/suggest/proposal.h"

namespace weir::suggest {
namespace {

// Lines of names that look like those of programs: few words that come again, and ids.
class LineMaker {
 public:
  explicit LineMaker(std::uint32_t seed) : random_(seed) {}

  std::vector<std::string> lines() {
    std::vector<std::string> made(1 + below(80));
    for (auto& line : made) line = this->line();
    return made;
  }

 private:
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"app",          "web",        "host",    "dag",      "queue",     "requests", "duration",
       "status",       "200",        "503",     "GET",      "a.b",       "total",    "open_slots",
       "queued_slots", "le",         "job",     "instance", "10.0.0.1",  "p99",      "x*y",
       "(z)",          "size_bytes", "time_ms", "rq_2xx",   "rq_404",    "count",    "sum",
       "bucket",       "success",    "failed",  "user_id",  "camelCase", "Upper",    "statistic",
       "value",        "é",          "null",    "7",        "session"});
  static constexpr auto kTypes =
      std::to_array<std::string_view>({"c", "c", "c", "g", "g", "ms", "ms", "h", "d", "s"});

  std::uint32_t below(std::uint32_t end) { return random_() % end; }

  std::string segment() {
    switch (below(6)) {
      case 0: return std::string(kWords[below(4)]) + std::to_string(below(30));
      case 1: return std::to_string(below(100'000));
      default: return std::string(kWords[below(kWords.size())]);
    }
  }

  std::string line() {
    std::string name = segment();
    for (auto left = below(5); left > 0; --left) name += '.' + segment();
    if (below(5) == 0) name += ",tag=" + std::to_string(below(3));
    const auto value = below(10) == 0 ? "-1" : "1";
    return name + ':' + value + '|' + std::string(kTypes[below(kTypes.size())]);
  }

  std::mt19937 random_;
};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + '\n';
  return text;
}

void expect_no_finding(const Proposal& proposal) {
  for (const auto& finding : lint::lint_text(proposal.yaml)) {
    EXPECT_EQ(finding.kind->severity, lint::Severity::Note)
        << finding.line << ": " << finding.message << '\n'
        << proposal.yaml;
  }
}

// What the proposal says of itself is what its file does.
void expect_true(const Traffic& traffic, const Proposal& proposal) {
  const auto rules = rulefile::parse_rules(proposal.yaml, "proposal").rules;
  lint::RuleUseCounter counter(rules, base::NameValidation::Legacy);
  std::vector<std::uint64_t> before(rules->rules().size());
  std::vector<std::uint64_t> names(rules->rules().size());
  std::uint64_t unmapped = 0;
  mapping::Match match;
  for (const auto& sent : traffic.names()) {
    rules->match(sent.name, sample::event_kind(sent.kind), match);
    if (match.rule == nullptr) {
      ++unmapped;
      continue;
    }
    before[match.rule->index] += sent.series.size();
    ++names[match.rule->index];
    for (const auto& series : sent.series) counter.take(series.line);
  }
  EXPECT_EQ(unmapped, proposal.unmapped) << proposal.yaml;
  const auto use = counter.result();
  ASSERT_EQ(use.rules.size(), proposal.rules.size());
  for (std::size_t i = 0; i < use.rules.size(); ++i) {
    EXPECT_EQ(proposal.rules[i].match, use.rules[i].match);
    EXPECT_EQ(proposal.rules[i].names, names[i]) << proposal.yaml;
    EXPECT_EQ(proposal.rules[i].series_before, before[i]);
    EXPECT_EQ(proposal.rules[i].series_after, use.rules[i].series);
  }
}

TEST(ProposalProperty, IsWhatItsFileDoes) {
  constexpr std::uint32_t kTraffics = 150;
  for (std::uint32_t seed = 1; seed <= kTraffics; ++seed) {
    const auto lines = LineMaker(seed).lines();
    SCOPED_TRACE("seed " + std::to_string(seed) + ":\n" + joined(lines));
    Traffic traffic(mapping::RuleSet::empty(), base::NameValidation::Legacy);
    for (const auto& line : lines) traffic.take(line);
    const auto proposal = propose(traffic);
    if (proposal.rules.empty()) continue;
    expect_no_finding(proposal);
    expect_true(traffic, proposal);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace weir::suggest
