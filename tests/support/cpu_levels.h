// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "weir/base/cpu.h"

namespace weir::support {

// All that this processor can run.
inline std::vector<base::CpuLevel> cpu_levels() {
  std::vector<base::CpuLevel> levels;
  for (const auto level :
       {base::CpuLevel::Baseline, base::CpuLevel::Avx2, base::CpuLevel::Avx512}) {
    if (level <= base::best_cpu_level()) levels.push_back(level);
  }
  return levels;
}

// Names a parameterised test.
template <typename Info>
std::string name_of_level(const Info& info) {
  constexpr std::array<const char*, 3> kNames = {"Baseline", "Avx2", "Avx512"};
  return kNames[static_cast<std::size_t>(info.param)];
}

}  // namespace weir::support
