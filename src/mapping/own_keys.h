// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mapping/findings.h"
#include "mapping/rule_draft.h"
#include "weir/mapping/rule.h"

namespace weir::mapping {

// Checks the keys of a rule that only weir has, and puts them into `rule`, whose kind and observer
// type are filled in.
void build_own_keys(const OwnKeysDraft& draft, Rule& rule, Findings& findings);

}  // namespace weir::mapping
