// SPDX-License-Identifier: Apache-2.0
#include "mapping/regex/regex_matcher.h"

#include <algorithm>
#include <cassert>

namespace weir::mapping {

namespace {

std::vector<std::string_view> patterns_of(std::span<const Rule* const> rules) {
  std::vector<std::string_view> patterns;
  for (const auto* const rule : rules) patterns.emplace_back(rule->match);
  return patterns;
}

std::vector<const Rule*> regex_rules(std::span<const Rule> rules) {
  std::vector<const Rule*> chosen;
  for (const auto& rule : rules) {
    if (rule.match_type == MatchType::Regex) chosen.push_back(&rule);
  }
  return chosen;
}

}  // namespace

RegexMatcher::RegexMatcher(std::span<const Rule> rules) : RegexMatcher(regex_rules(rules)) {}

RegexMatcher::RegexMatcher(const std::vector<const Rule*>& rules) : filter_(patterns_of(rules)) {
  for (const auto* const rule : rules) {
    candidates_.push_back({rule, Regex(rule->match)});
    assert(candidates_.back().regex.error().empty());
  }
}

const Rule* RegexMatcher::match(std::string_view name, sample::EventKind kind,
                                std::span<const Tag> tags,
                                std::vector<std::string_view>& captures) const {
  if (candidates_.empty()) return nullptr;
  const auto worth_trying = filter_.candidates(name);
  for (auto i = worth_trying.next(0); i < candidates_.size(); i = worth_trying.next(i + 1)) {
    const auto& [rule, regex] = candidates_[i];
    if (rule->kind.value_or(kind) == kind && satisfy(tags, rule->match_tags) &&
        regex.match(name, captures)) {
      return rule;
    }
  }
  return nullptr;
}

const Regex& RegexMatcher::regex_of(const Rule& rule) const {
  const auto found = std::ranges::find(candidates_, &rule, &Candidate::rule);
  assert(found != candidates_.end());
  return found->regex;
}

}  // namespace weir::mapping
