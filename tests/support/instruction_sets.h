// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "weir/base/instructions.h"

namespace weir::support {

// All that this processor can run.
inline std::vector<base::Instructions> instruction_sets() {
  std::vector<base::Instructions> sets;
  for (const auto set :
       {base::Instructions::Common, base::Instructions::Wide, base::Instructions::Widest}) {
    if (set <= base::best_instructions()) sets.push_back(set);
  }
  return sets;
}

// Names a parameterised test.
template <typename Info>
std::string name_of_set(const Info& info) {
  constexpr std::array<const char*, 3> kNames = {"Common", "Wide", "Widest"};
  return kNames[static_cast<std::size_t>(info.param)];
}

}  // namespace weir::support
