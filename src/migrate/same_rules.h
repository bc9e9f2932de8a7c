// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include "weir/mapping/rule_set.h"

namespace weir::migrate {

// What two rule sets differ in.
struct Difference {
  // The rule by its index; nothing for the defaults, or when one set has more rules.
  std::optional<std::size_t> rule;
};

// Nothing when both do the same with every sample: all that a rule says is compared, but for the
// line it is on, how references are written, and options that its type has no use for.
[[nodiscard]] std::optional<Difference> difference_of(const mapping::RuleSet& a,
                                                      const mapping::RuleSet& b);

}  // namespace weir::migrate
