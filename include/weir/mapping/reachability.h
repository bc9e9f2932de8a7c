// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "weir/mapping/rule.h"

namespace weir::mapping {

// A rule that can never match, and a rule that takes its names. Both are indices.
struct Shadowed {
  std::uint32_t rule = 0;
  std::uint32_t by = 0;
};

// What decides, beside the rules, which of them a sample meets.
struct MatchConditions {
  // Globs are asked in the order of the file.
  bool is_glob_ordered = true;
  // Sets reach the rules for every type. Otherwise they are refused, and such a rule is needed for
  // the other types alone.
  bool reads_sets = false;
};

// Finds the glob rules that earlier ones cover whole: in file order by an equal or wider pattern,
// otherwise by an equal one. Bounded work: on rule sets made to be hard some may be missed.
std::vector<Shadowed> find_shadowed(std::span<const Rule> rules, const MatchConditions& conditions);

// Finds the regex rules all of whose names globs take, wherever in the file these are. Knows simple
// regexes with `^` only; bounded as above.
std::vector<Shadowed> find_regexes_behind_globs(std::span<const Rule> rules,
                                                const MatchConditions& conditions);

}  // namespace weir::mapping
