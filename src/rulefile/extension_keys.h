// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rulefile/rule_draft.h"
#include "weir/base/name_validation.h"
#include "weir/mapping/rule.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

// Checks the keys of a rule that only weir has, and puts them into `rule`, whose kind and observer
// type are filled in. What the rule does not give comes from `defaults`; `names` are those that
// labels may have.
void build_extension_keys(const ExtensionKeysDraft& draft, const mapping::Defaults& defaults,
                          base::NameValidation names, mapping::Rule& rule,
                          Diagnostics& diagnostics);

// The same for those that `defaults` may have, whose observer type is filled in.
void build_extension_keys(const ExtensionKeysDraft& draft, base::NameValidation names,
                          mapping::Defaults& defaults, Diagnostics& diagnostics);

}  // namespace weir::rulefile
