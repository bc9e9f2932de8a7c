// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "weir/suggest/traffic.h"

namespace weir::suggest {

// A rule that could be written, and what it would do with the traffic that it is proposed for.
struct ProposedRule {
  // As it stands in a mapping file, indented as an entry of `mappings`, with its comment.
  std::string yaml;
  std::string match;
  // Of the metric; "dropped" where the rule drops.
  std::string name;
  std::uint64_t names = 0;
  std::uint64_t samples = 0;
  // As weir keeps them without and with the rule.
  std::uint64_t series_before = 0;
  std::uint64_t series_after = 0;
  // Some of the names.
  std::vector<std::string> examples;

  // A rule can only join series.
  [[nodiscard]] std::uint64_t saved() const {
    return series_before > series_after ? series_before - series_after : 0;
  }
};

struct Proposal {
  // In the order of a mapping file.
  std::vector<ProposedRule> rules;
  // All of them as a mapping file; "" without rules.
  std::string yaml;
  // Names that the present mapping does not take, and of these those that no rule is proposed for.
  std::uint64_t names = 0;
  std::uint64_t unmapped = 0;
  // Of the latter, those that need none: weir names them as a rule would, and nothing in any of the
  // names varies.
  std::uint64_t fine = 0;
  // How much was looked at, in segments of names: what takes time.
  std::uint64_t steps = 0;
};

// No proposal has more rules: those with the most samples are in it.
inline constexpr std::size_t kProposedRulesMax = 500;

// Proposes rules for the names that the present mapping does not take. The file loads, `weir lint`
// finds no error or warning in it, and its counts are what the rules do with the traffic.
[[nodiscard]] Proposal propose(const Traffic& traffic);

// A mapping file that is compiled in, and the share of samples that its rules take, those that it
// drops among them: it knows what these are.
struct BuiltinFit {
  std::string name;
  double share = 0;
};

// Those that take anything, the best first: by share, then files for the client whose tags the
// lines have, then by how much of what they keep has labels, and how much they keep. Loads each of
// the files, which takes some tenths of a second.
[[nodiscard]] std::vector<BuiltinFit> find_builtin_fits(const Traffic& traffic);

}  // namespace weir::suggest
