// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "suggest/pattern.h"

namespace weir::suggest {

// Patterns that differ in how many segments vary at one place become one with a `**` there. Keeps
// the order.
[[nodiscard]] std::vector<Pattern> join_tails(std::vector<Pattern> patterns);

}  // namespace weir::suggest
