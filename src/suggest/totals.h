// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "suggest/pattern.h"

namespace weir::suggest {

// Whether names that were sent `parts` times together are what a name that was sent `total` times
// counts as one. Counts of sampled lines differ a little.
[[nodiscard]] bool adds_up(std::uint64_t total, std::uint64_t parts);

// For each name the shortest one that it goes on from, after a dot, and whose parts it and others
// are: `pool.slots` of `pool.slots.a` and `pool.slots.b`. Of one type, in as many samples, or with
// many parts whose names say nothing else. One look-up for each segment.
[[nodiscard]] std::vector<std::optional<NameId>> find_totals(std::span<const Name> names);

}  // namespace weir::suggest
