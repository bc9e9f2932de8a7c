// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "rulefile/rule_draft.h"
#include "weir/base/name_validation.h"
#include "weir/mapping/rule.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

// What the rules of a file inherit.
struct Inherited {
  mapping::Defaults defaults;
  // Nothing when `defaults` could not be read whole and what could be read does not say.
  std::optional<mapping::MatchType> match_type;
  // Which names they may make.
  base::NameValidation names = base::NameValidation::Legacy;
};

// Puts the defaults of a file over the built-in ones.
Inherited build_defaults(const DefaultsDraft& draft, base::NameValidation names,
                         Diagnostics& diagnostics);

// Checks a rule (behaviour valid.*) and fills in what it inherits (behaviour inherit.*). A rule
// with a fault is not fit for use. Its pattern is not checked when neither the draft nor
// `inherited` says what it is.
mapping::Rule build_rule(const RuleDraft& draft, const Inherited& inherited, std::uint32_t index,
                         Diagnostics& diagnostics);

}  // namespace weir::rulefile
