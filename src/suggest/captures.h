// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "suggest/draft.h"

namespace weir::suggest {

// What one piece of a draft covers, in the names of the draft or in some of very many.
struct Capture {
  const Piece* piece = nullptr;
  // Where the piece is among those of the draft, and how many pieces that vary come right before
  // it.
  std::size_t place = 0;
  std::size_t in_run = 0;
  // Different ones, as they came. Borrows from the traffic; empty for a regex with dotted ids.
  std::vector<std::string_view> values;
  // Names that were looked at.
  std::size_t names = 0;
};

[[nodiscard]] std::vector<Capture> captures_of(const Draft& draft, std::span<const Name> names);

}  // namespace weir::suggest
