// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/rule_set.h"

#include <utility>

#include "mapping/default_options.h"
#include "mapping/glob_trie.h"
#include "mapping/name_grammar.h"
#include "mapping/regex_matcher.h"

namespace weir::mapping {

namespace {

// Borrows from `name`: what each `*` of `glob`, which matches, stands for.
void capture_wildcards(std::string_view glob, std::string_view name,
                       std::vector<std::string_view>& captures) {
  captures.push_back(name);
  while (!glob.empty()) {
    const auto segment = take_segment(name);
    if (take_segment(glob) == "*") captures.push_back(segment);
  }
}

}  // namespace

struct RuleSet::Matchers {
  Matchers(std::span<const Rule> rules, GlobTrie::Preference preference)
      : globs(rules, preference), regexes(rules) {}
  GlobTrie globs;
  RegexMatcher regexes;
};

std::shared_ptr<const RuleSet> RuleSet::empty() {
  return std::make_shared<const RuleSet>(std::vector<Rule>(), default_options(), true);
}

RuleSet::RuleSet(std::vector<Rule> rules, Defaults defaults, bool is_glob_ordered)
    : rules_(std::move(rules)),
      defaults_(std::move(defaults)),
      matchers_(std::make_unique<const Matchers>(
          rules_, is_glob_ordered ? GlobTrie::Preference::FileOrder
                                  : GlobTrie::Preference::LiteralFirst)) {}

RuleSet::~RuleSet() = default;

void RuleSet::match(std::string_view name, statsd::EventKind kind, Match& match) const {
  match.captures.clear();
  const auto hit = matchers_->globs.find(name, kind);
  if (hit.rule != GlobTrie::kNoRule) {
    match.rule = &rules_[hit.rule];
    capture_wildcards(match.rule->match, name, match.captures);
    return;
  }
  match.rule = matchers_->regexes.match(name, kind, match.captures);
  if (match.rule == nullptr) match.captures.clear();
}

}  // namespace weir::mapping
