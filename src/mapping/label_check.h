// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "mapping/findings.h"
#include "weir/mapping/rule.h"

namespace weir::mapping {

// Whether `label`, which stands at `place`, may be a label of what `rule` makes: its `kind` and
// `observer_type` are filled in (reference 4.2, Q2, Q3, Q26). One that only some of its samples
// could not have is warned of, unless the rule itself is for these.
void check_label_name(std::string_view label, Place place, const Rule& rule, Findings& findings);

}  // namespace weir::mapping
