// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "metrics/series_index.h"
#include "metrics/text_order.h"

namespace weir::metrics {

// What TextSort sorts families by.
struct FamilyNames {
  [[nodiscard]] TextPiece piece(FamilyHandle family, std::size_t place) const {
    return piece_of(memory.family(family).name(), place * kPieceChars);
  }
  [[nodiscard]] bool is_before(FamilyHandle a, FamilyHandle b) const {
    return memory.family(a).name() < memory.family(b).name();
  }
  void prefetch(FamilyHandle family) const { __builtin_prefetch(memory.families.at(family)); }
  void prefetch_piece(FamilyHandle family, std::size_t place) const {
    const std::string_view name = memory.family(family).name();
    __builtin_prefetch(name.data() + std::min(place * kPieceChars, name.size()));
  }

  const SeriesMemory& memory;
};

}  // namespace weir::metrics
