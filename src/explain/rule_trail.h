// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "weir/explain/explainer.h"
#include "weir/explain/explanation.h"
#include "weir/mapping/rule_set.h"

namespace weir::explain {

// A sample as rules see it. Borrows.
struct AskedSample {
  std::string_view name;
  sample::EventKind kind = sample::EventKind::Counter;
  std::span<const mapping::Tag> tags;
};

struct RuleTrail {
  std::vector<RuleVerdict> rules;
  std::size_t left_out = 0;
  // Its place in `rules`.
  std::optional<std::size_t> winner;
};

// Asks `rules`, which are in the order in which they win, about a sample: all up to `winner`, the
// rule that the matcher found or null, and of the later ones those that would take the sample too.
// Of more than `rules_max` of `limits` the nearest stay. Those that its `asked_bytes_max` leaves
// unasked count as left out where they do not take the sample for sure: before `winner`, or without
// one.
[[nodiscard]] RuleTrail ask_rules(const mapping::RuleSet& rule_set,
                                  std::span<const mapping::Rule* const> rules,
                                  const AskedSample& sample, const mapping::Rule* winner,
                                  const Limits& limits);

}  // namespace weir::explain
