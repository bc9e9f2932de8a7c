// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "suggest/division.h"
#include "suggest/pattern.h"

namespace weir::suggest {

// Names that go on with what one piece covers.
struct Branch {
  Piece piece;
  NameIds names;
  // As of a pattern.
  std::optional<NameId> total = {};
};

// The branches of children whose segments do not vary as a whole: one for each, but for those that
// vary in a part of them, such as `upstream_rq_2xx` and `upstream_rq_5xx`, or are one choice of
// few, such as `queued_slots` and `open_slots`. Sorted as a reader expects them, narrow ones first.
[[nodiscard]] std::vector<Branch> find_branches(std::vector<Child> children, const Place& place,
                                                std::span<const Name> names);

}  // namespace weir::suggest
