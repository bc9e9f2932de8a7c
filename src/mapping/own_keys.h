// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapping/findings.h"
#include "mapping/rule_draft.h"
#include "weir/mapping/rule.h"

namespace weir::mapping {

// Checks the keys of a rule that only weir has, and puts them into `rule`, whose kind and observer
// type are filled in. What the rule does not give comes from `defaults`.
void build_own_keys(const OwnKeysDraft& draft, const Defaults& defaults, Rule& rule,
                    Findings& findings);

// The same for those that `defaults` may have, whose observer type is filled in.
void build_own_keys(const OwnKeysDraft& draft, Defaults& defaults, Findings& findings);

}  // namespace weir::mapping
