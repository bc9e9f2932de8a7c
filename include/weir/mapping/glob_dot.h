// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "weir/mapping/rule_set.h"

namespace weir::mapping {

// The glob rules of `rules` as a trie in Graphviz' DOT language (behaviour match.automaton): below
// the root one node for each kind of metric, below these the segments of the globs that match that
// kind, and a colour for the root, for the kinds and for every node where a rule ends. Nodes are
// numbered breadth first, children in the order of their bytes, so equal rules give equal text. A
// node after `**` has an arrow to itself. Regex rules and `match_tags` are not part of it. The last
// line has no newline.
[[nodiscard]] std::string glob_automaton_dot(const RuleSet& rules);

}  // namespace weir::mapping
