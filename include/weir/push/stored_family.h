// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "weir/base/clock.h"
#include "weir/passthrough/family.h"
#include "weir/passthrough/series.h"

namespace weir::push {

// A family as one group has it. Never changes once it is stored, so that pages may share it.
struct StoredFamily {
  std::string name;
  std::string help;
  passthrough::FamilyType type = passthrough::FamilyType::Untyped;
  base::UnixTime pushed;
  std::vector<passthrough::Series> series;
  // Of each series: its label body, and a hash of the family's name and it.
  std::vector<std::string> bodies;
  std::vector<std::uint64_t> hashes;
  // What it counts for against --limits.push-bytes.
  std::size_t bytes = 0;
};

// Puts the labels of its group into every series of a family, and an empty `instance` where there
// is none; then everything above follows from the series. `seed` is that of the hashes.
void complete(StoredFamily& family, const std::vector<passthrough::Label>& group,
              std::uint64_t seed);

}  // namespace weir::push
