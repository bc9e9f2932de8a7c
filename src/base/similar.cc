// SPDX-License-Identifier: Apache-2.0
#include "weir/base/similar.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "weir/base/ascii.h"

namespace weir::base {

namespace {

// A word further away than this from every candidate is no slip of the pen.
constexpr std::size_t kEditsMax = 3;
constexpr std::size_t kWordBytesMax = 40;

// How many bytes to insert, remove or replace to get from one to the other, case aside.
std::size_t edits_between(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (to_lower(from[i]) == to_lower(to[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, diagonal + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string_view most_similar(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > kWordBytesMax) return {};
  std::string_view nearest;
  std::size_t edits_min = std::min(kEditsMax, word.size() / 2) + 1;
  for (const auto candidate : candidates) {
    const auto edits = edits_between(word, candidate);
    if (edits >= edits_min) continue;
    edits_min = edits;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace weir::base
