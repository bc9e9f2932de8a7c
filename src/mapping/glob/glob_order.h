// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "weir/mapping/rule.h"

namespace weir::mapping {

// The indices of the glob rules, those first that win over later ones with `glob_disable_ordering`:
// the more specific segment, going through the name from the left, then the smaller index. A
// literal is more specific than `x*y`, of these the one with more bytes, then come `*` and `**`.
[[nodiscard]] std::vector<std::uint32_t> most_specific_first(std::span<const Rule> rules);

}  // namespace weir::mapping
