// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/rule_set.h"

#include <utility>

#include "mapping/glob/glob_trie.h"
#include "mapping/regex/regex_matcher.h"
#include "weir/mapping/default_options.h"
#include "weir/mapping/glob_grammar.h"

namespace weir::mapping {

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

void RuleSet::match(std::string_view name, sample::EventKind kind, std::span<const Tag> tags,
                    Match& match) const {
  match.captures.clear();
  const auto hit = matchers_->globs.find(name, kind, tags);
  if (hit.rule != GlobTrie::kNoRule) {
    match.rule = &rules_[hit.rule];
    match.captures.push_back(name);
    append_captures(match.rule->match, name, match.captures);
    return;
  }
  match.rule = matchers_->regexes.match(name, kind, tags, match.captures);
  if (match.rule == nullptr) match.captures.clear();
}

void RuleSet::match(std::string_view name, sample::EventKind kind, Match& match) const {
  this->match(name, kind, {}, match);
}

}  // namespace weir::mapping
