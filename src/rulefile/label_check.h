// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "weir/base/name_validation.h"
#include "weir/mapping/rule.h"
#include "weir/rulefile/diagnostics.h"

namespace weir::rulefile {

// Whether `label`, which is at `position`, may be a label of what `rule` makes: its `kind` and
// `observer_type` are filled in (behaviour valid.reserved-labels and valid.reserved-at-times). One
// that only some of its samples could not have is warned of, unless the rule itself is for these.
void check_label_name(std::string_view label, Position position, base::NameValidation names,
                      const mapping::Rule& rule, Diagnostics& diagnostics);

// What to do more, for a name that is wrong as long as names are not UTF-8.
inline constexpr std::string_view kUtf8NamesHint = ", or give --metrics.name-validation=utf8";

}  // namespace weir::rulefile
