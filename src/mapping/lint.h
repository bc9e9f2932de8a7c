// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "mapping/findings.h"
#include "mapping/rule_draft.h"
#include "weir/mapping/rule.h"

namespace weir::mapping {

// A mapping file without faults.
struct LintedFile {
  std::string_view text;
  // Each rule as given and as built, at the same index.
  std::span<const RuleDraft> drafts;
  std::span<const Rule> rules;
  bool is_glob_ordered = true;
};

// Warns of what is surely not meant. Where that depends on the names that are sent it is silent.
void lint(const LintedFile& file, Findings& findings);

// Where the pattern of a rule is in the file.
[[nodiscard]] Place place_of_match(const RuleDraft& draft);

}  // namespace weir::mapping
