// SPDX-License-Identifier: Apache-2.0
#include "lint/findings.h"

#include <algorithm>
#include <cassert>
#include <tuple>
#include <utility>

namespace weir::lint {

void Findings::add(std::string_view id, rulefile::Position position, std::string message,
                   std::string hint) {
  const Kind* const kind = find_kind(id);
  assert(kind != nullptr);
  found_.push_back({kind, position.line, position.column, std::move(message), std::move(hint)});
}

void Findings::add(Finding finding) { found_.push_back(std::move(finding)); }

std::vector<Finding> Findings::sorted() && {
  std::ranges::stable_sort(found_, {}, [](const Finding& finding) {
    return std::tuple(finding.line, finding.column, finding.kind->id);
  });
  return std::move(found_);
}

}  // namespace weir::lint
