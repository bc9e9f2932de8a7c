// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "rulefile/rule_draft.h"
#include "weir/mapping/rule.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

// Warns of rules that make metrics of one name and disagree about their type, help, buckets,
// quantiles or `publish`, and of names that both a rule and the `publish` of another give. Names
// with references are left out: they need not meet.
void warn_other_definitions(std::span<const RuleDraft> drafts, std::span<const mapping::Rule> rules,
                            Diagnostics& diagnostics);

}  // namespace weir::rulefile
