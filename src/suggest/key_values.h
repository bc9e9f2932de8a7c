// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "suggest/pattern.h"

namespace weir::suggest {

// Patterns of names that say what varies themselves, and the names that do not.
struct KeyValues {
  std::vector<Pattern> patterns;
  NameIds others;
};

// Micrometer's names for plain StatsD (its flavor ETSY): `jvmMemoryUsed.area.heap.statistic.value`,
// a metric, and keys each with a value after it. They are known by `statistic`, which half of all
// names must have; a value may have dots where the next key is known.
[[nodiscard]] KeyValues find_key_values(std::span<const Name> names);

}  // namespace weir::suggest
