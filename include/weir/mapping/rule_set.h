// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "weir/mapping/mismatch.h"
#include "weir/mapping/rule.h"

namespace weir::mapping {

// The outcome of a look-up. Borrows from the rule set and from the name.
struct Match {
  const Rule* rule = nullptr;  // null: no rule matches
  // captures[0] is what `$0` means, the others are numbered from 1.
  std::vector<std::string_view> captures;
};

// All rules and defaults of one mapping file. Immutable once built; shared by every thread.
class RuleSet {
 public:
  // What a daemon without a mapping file uses: no rules, the default quantiles, no TTL.
  static std::shared_ptr<const RuleSet> empty();

  RuleSet(std::vector<Rule> rules, Defaults defaults, bool is_glob_ordered);
  ~RuleSet();
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;

  // The rule for a raw StatsD name, tags stripped (behaviour match.* and wildcard.*): any glob hit
  // beats every regex; among globs the file order decides, or, with `glob_disable_ordering`, the
  // more specific segment at every level: a literal, then `x*y`, `*` and `**`. A rule whose
  // `match_tags` the tags do not satisfy does not match. `match` is reused to spare
  // allocations. Any thread.
  void match(std::string_view name, sample::EventKind kind, std::span<const Tag> tags,
             Match& match) const;
  // The same for a sample without tags.
  void match(std::string_view name, sample::EventKind kind, Match& match) const;

  // What keeps one of the rules from taking such a sample, as if there was no other; nothing when
  // it takes it. The matcher of `match` decides, and what it decides is then looked into: for
  // messages, not for every sample. Any thread.
  [[nodiscard]] std::optional<Mismatch> mismatch(const Rule& rule, std::string_view name,
                                                 sample::EventKind kind,
                                                 std::span<const Tag> tags) const;
  // The rules in the order in which they win: of all that take a sample, `match` finds the first.
  [[nodiscard]] std::vector<const Rule*> by_precedence() const;

  [[nodiscard]] std::span<const Rule> rules() const { return rules_; }
  [[nodiscard]] const Defaults& defaults() const { return defaults_; }
  // False with `glob_disable_ordering`.
  [[nodiscard]] bool is_glob_ordered() const { return is_glob_ordered_; }

 private:
  struct Matchers;
  std::vector<Rule> rules_;
  Defaults defaults_;
  bool is_glob_ordered_;
  std::unique_ptr<const Matchers> matchers_;
};

}  // namespace weir::mapping
