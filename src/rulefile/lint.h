// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "rulefile/rule_draft.h"
#include "weir/mapping/reachability.h"
#include "weir/mapping/rule.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

// A mapping file without faults.
struct LintedFile {
  std::string_view text;
  // Each rule as given and as built, at the same index.
  std::span<const RuleDraft> drafts;
  std::span<const mapping::Rule> rules;
  mapping::MatchConditions conditions;
};

// Warns of what is surely not meant. Where that depends on the names that are sent it is silent.
void lint(const LintedFile& file, Diagnostics& diagnostics);

// Where the pattern of a rule is in the file.
[[nodiscard]] Position position_of_match(const RuleDraft& draft);

}  // namespace weir::rulefile
