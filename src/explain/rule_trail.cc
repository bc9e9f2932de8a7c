// SPDX-License-Identifier: Apache-2.0
#include "explain/rule_trail.h"

#include <algorithm>
#include <array>

#include "explain/fault_text.h"

namespace weir::explain {

namespace {

using mapping::Mismatch;

// How near a rule is to taking the sample; the nearer the sooner it is shown.
enum class Distance : std::uint8_t { Takes, TakesTheName, TakesABeginning, Far };
constexpr std::array kNearestFirst = {Distance::Takes, Distance::TakesTheName,
                                      Distance::TakesABeginning, Distance::Far};

struct Answer {
  const mapping::Rule* rule;
  std::optional<Mismatch> mismatch;
  Distance distance;
  bool is_shown = false;
};

Distance distance_of(const std::optional<Mismatch>& mismatch) {
  if (!mismatch) return Distance::Takes;
  if (mismatch->is_of_other_samples()) return Distance::TakesTheName;
  const bool is_begun = mismatch->segment > 1 || !mismatch->fitting.empty() ||
                        mismatch->part == Mismatch::Part::Between;
  return is_begun ? Distance::TakesABeginning : Distance::Far;
}

std::size_t cost_of(const mapping::Rule& rule, const AskedSample& sample) {
  constexpr std::size_t kBytesMin = 64;
  // Beginnings of it are compiled.
  constexpr std::size_t kRegex = 8;
  const std::size_t bytes = std::max(sample.name.size(), kBytesMin);
  return rule.match_type == mapping::MatchType::Regex ? kRegex * bytes : bytes;
}

std::vector<Answer> answers_of(const mapping::RuleSet& rule_set,
                               std::span<const mapping::Rule* const> rules,
                               const AskedSample& sample, const mapping::Rule* winner,
                               std::size_t bytes_left, std::size_t& unasked) {
  std::vector<Answer> answers;
  bool has_winner = false;
  for (const auto* const rule : rules) {
    const std::size_t cost = cost_of(*rule, sample);
    if (cost > bytes_left && rule != winner) {
      if (!has_winner) ++unasked;
      continue;
    }
    bytes_left -= std::min(cost, bytes_left);
    const auto mismatch = rule_set.mismatch(*rule, sample.name, sample.kind, sample.tags);
    if (has_winner && mismatch) continue;
    answers.push_back({rule, mismatch, distance_of(mismatch)});
    has_winner = has_winner || rule == winner;
  }
  return answers;
}

void choose_shown(std::vector<Answer>& answers, std::size_t rules_max) {
  std::size_t shown = 0;
  for (const auto distance : kNearestFirst) {
    for (auto& answer : answers) {
      if (answer.distance != distance || shown == rules_max) continue;
      answer.is_shown = true;
      ++shown;
    }
  }
}

RuleVerdict verdict_of(const Answer& answer, const AskedSample& sample,
                       const mapping::Rule* winner) {
  RuleVerdict verdict;
  verdict.index = answer.rule->index;
  verdict.line = answer.rule->line;
  verdict.match = answer.rule->match;
  verdict.match_type = answer.rule->match_type;
  if (answer.mismatch) {
    verdict.part = answer.mismatch->part;
    verdict.why = mismatch_text(*answer.mismatch, *answer.rule, sample.kind);
  } else {
    verdict.verdict = answer.rule == winner ? Verdict::Wins : Verdict::Hidden;
  }
  return verdict;
}

}  // namespace

RuleTrail ask_rules(const mapping::RuleSet& rule_set, std::span<const mapping::Rule* const> rules,
                    const AskedSample& sample, const mapping::Rule* winner, const Limits& limits) {
  RuleTrail trail;
  auto answers =
      answers_of(rule_set, rules, sample, winner, limits.asked_bytes_max, trail.left_out);
  choose_shown(answers, limits.rules_max);
  for (const auto& answer : answers) {
    if (!answer.is_shown) {
      ++trail.left_out;
      continue;
    }
    if (answer.rule == winner) trail.winner = trail.rules.size();
    trail.rules.push_back(verdict_of(answer, sample, winner));
  }
  return trail;
}

}  // namespace weir::explain
