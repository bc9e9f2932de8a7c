// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/rule_set.h"

#include <utility>

#include "mapping/glob/glob_mismatch.h"
#include "mapping/glob/glob_order.h"
#include "mapping/glob/glob_trie.h"
#include "mapping/regex/regex_matcher.h"
#include "mapping/regex/regex_progress.h"
#include "weir/base/memory.h"
#include "weir/mapping/default_options.h"
#include "weir/mapping/glob_grammar.h"

namespace weir::mapping {

namespace {

// What of the sample beside its name the rule does not take.
std::optional<Mismatch> other_sample(const Rule& rule, sample::EventKind kind,
                                     std::span<const Tag> tags) {
  if (rule.kind.value_or(kind) != kind) return Mismatch{.part = Mismatch::Part::Type};
  for (const auto& condition : rule.match_tags) {
    if (satisfy(tags, {&condition, 1})) continue;
    Mismatch mismatch{.part = Mismatch::Part::MissingTag, .wanted = condition.pattern};
    mismatch.key = condition.key;
    for (const auto& tag : tags) {
      if (tag.key != condition.key) continue;
      mismatch.part = Mismatch::Part::Tag;
      mismatch.found = tag.value;
    }
    return mismatch;
  }
  return std::nullopt;
}

Mismatch regex_mismatch(std::string_view pattern, std::string_view name) {
  Mismatch mismatch{.part = Mismatch::Part::Regex, .wanted = pattern, .found = name};
  const auto progress = regex_progress(pattern, name);
  // That there is a beginning says nothing.
  if (!progress || progress->regex_bytes <= 1) return mismatch;
  mismatch.fitting = pattern.substr(0, progress->regex_bytes);
  mismatch.wanted.remove_prefix(progress->regex_bytes);
  mismatch.found.remove_prefix(progress->name_place);
  return mismatch;
}

// Begins to load what a match of the rule is made into: of thousands of rules each lies in no
// cache, and all of its lines are waited for together.
void prefetch(const Rule& rule) {
  const auto* const begin = reinterpret_cast<const char*>(&rule);
  for (std::size_t at = 0; at < sizeof rule; at += base::kCacheLineBytes) {
    __builtin_prefetch(begin + at);
  }
  __builtin_prefetch(rule.name.source().data());
  if (rule.labels.empty()) return;
  __builtin_prefetch(rule.labels.data());
  __builtin_prefetch(reinterpret_cast<const char*>(rule.labels.data()) + base::kCacheLineBytes);
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
      is_glob_ordered_(is_glob_ordered),
      matchers_(std::make_unique<const Matchers>(
          rules_, is_glob_ordered ? GlobTrie::Preference::FileOrder
                                  : GlobTrie::Preference::LiteralFirst)) {}

RuleSet::~RuleSet() = default;

void RuleSet::match(std::string_view name, sample::EventKind kind, std::span<const Tag> tags,
                    Match& match) const {
  match.captures.clear();
  match.captures.push_back(name);
  const auto hit = matchers_->globs.find(name, kind, tags, match.captures);
  if (hit.rule != GlobTrie::kNoRule) {
    match.rule = &rules_[hit.rule];
    prefetch(*match.rule);
    return;
  }
  match.captures.clear();
  match.rule = matchers_->regexes.match(name, kind, tags, match.captures);
  if (match.rule == nullptr) match.captures.clear();
}

void RuleSet::match(std::string_view name, sample::EventKind kind, Match& match) const {
  this->match(name, kind, {}, match);
}

std::optional<Mismatch> RuleSet::mismatch(const Rule& rule, std::string_view name,
                                          sample::EventKind kind, std::span<const Tag> tags) const {
  if (rule.match_type == MatchType::Regex) {
    std::vector<std::string_view> captures;
    if (!matchers_->regexes.regex_of(rule).match(name, captures)) {
      return regex_mismatch(rule.match, name);
    }
    return other_sample(rule, kind, tags);
  }
  const GlobTrie alone({&rule, 1}, GlobTrie::Preference::FileOrder);
  if (alone.find(name, kind, tags).rule != GlobTrie::kNoRule) return std::nullopt;
  if (const auto mismatch = glob_mismatch(rule.match, name)) return mismatch;
  if (const auto mismatch = other_sample(rule, kind, tags)) return mismatch;
  // Between two `**` the matcher looks through names of no more segments than a glob can have.
  return Mismatch{.part = Mismatch::Part::Between, .wanted = between_tails(rule.match)};
}

std::vector<const Rule*> RuleSet::by_precedence() const {
  std::vector<const Rule*> order;
  order.reserve(rules_.size());
  const auto add_all = [&](MatchType type) {
    for (const auto& rule : rules_) {
      if (rule.match_type == type) order.push_back(&rule);
    }
  };
  if (is_glob_ordered_) {
    add_all(MatchType::Glob);
  } else {
    for (const auto index : most_specific_first(rules_)) order.push_back(&rules_[index]);
  }
  add_all(MatchType::Regex);
  return order;
}

}  // namespace weir::mapping
