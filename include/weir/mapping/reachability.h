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

// Finds the glob rules that earlier ones cover whole: in file order by an equal or wider pattern,
// otherwise by an equal one. Bounded work: on rule sets made to be hard some may be missed.
std::vector<Shadowed> find_shadowed(std::span<const Rule> rules, bool is_glob_ordered);

// Finds the regex rules all of whose names globs take, wherever in the file these are. Knows simple
// regexes with `^` only; bounded as above.
std::vector<Shadowed> find_regexes_behind_globs(std::span<const Rule> rules);

}  // namespace weir::mapping
