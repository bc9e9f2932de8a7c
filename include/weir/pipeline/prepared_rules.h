// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "weir/mapping/rule_set.h"
#include "weir/metrics/definition.h"
#include "weir/metrics/store.h"

namespace weir::pipeline {

// What becomes of a set whose rule is not for sets alone, or that has none.
enum class Sets : std::uint8_t {
  Refuse,
  Gauge,  // it counts the set's values
};

// What holds where neither a rule nor the file's `defaults` say.
struct RuleFallbacks {
  bool honors_timestamps = false;
  Sets sets = Sets::Refuse;
  std::chrono::nanoseconds set_window{std::chrono::minutes(1)};
};

// A rule set and what the store needs to know of each rule, made once per load and away from the
// workers. Immutable; shared by every thread.
struct PreparedRules {
  // Each load has another generation, from 1: what was bound under an older one is bound again.
  std::uint32_t generation = 0;
  std::shared_ptr<const mapping::RuleSet> rules;
  // By rule index: the summary or histogram that the rule's observations go to.
  std::vector<metrics::Definition> observers;
  metrics::Definition default_observer;
  // By rule index: the summary that takes the same as the rule's histogram, if any.
  std::vector<std::optional<metrics::Definition>> companions;
  std::optional<metrics::Definition> default_companion;
  // By rule index, and for the defaults: the gauge that counts a set.
  std::vector<metrics::Definition> sets;
  metrics::Definition default_set;
  Sets unasked_sets = Sets::Refuse;
  // Any set is counted: by the fallbacks, or by a rule for sets alone.
  bool wants_sets = false;
  // By rule index, and for the defaults: gauges have the times that senders give them.
  std::vector<bool> honors_timestamps;
  bool defaults_honor_timestamps = false;
  // Any of them does.
  bool wants_timestamps = false;
  // By rule index, and for the defaults: where definitions and help texts come from, and since when
  // (difference Q15).
  std::vector<metrics::DefinitionSource> sources;
  metrics::DefinitionSource default_source;
  std::unordered_set<std::uint64_t> origins;
};

// `before` are the rules in use until now, null at the start: what is the same in both counts as
// unchanged.
[[nodiscard]] std::shared_ptr<const PreparedRules> prepare(
    std::shared_ptr<const mapping::RuleSet> rules, std::uint32_t generation,
    const PreparedRules* before = nullptr, RuleFallbacks fallbacks = {});

}  // namespace weir::pipeline
