// SPDX-License-Identifier: Apache-2.0
#include "mapping/key_table.h"

#include <cstddef>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weir::mapping {

namespace {

// A key further away than this from every known one is no slip of the pen.
constexpr std::size_t kEditsMax = 3;
// The longest known key has 30 bytes.
constexpr std::size_t kKeyBytesMax = 40;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// How many bytes to insert, remove or replace to get from one to the other, case aside.
std::size_t edits_between(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(from[i]) == lower(to[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, diagonal + 1, replaced});
    }
  }
  return row.back();
}

// The known key most like `key`; "" when none is close.
std::string_view nearest_key(std::string_view key, std::span<const std::string_view> known) {
  if (key.size() > kKeyBytesMax) return {};
  std::string_view nearest;
  std::size_t edits_min = std::min(kEditsMax, key.size() / 2) + 1;
  for (const auto candidate : known) {
    const auto edits = edits_between(key, candidate);
    if (edits >= edits_min) continue;
    edits_min = edits;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace

std::string unknown_key(std::string_view key, std::string_view where,
                        std::span<const std::string_view> known) {
  const auto nearest = nearest_key(key, known);
  if (!nearest.empty()) {
    return fmt::format("unknown key \"{}\" in {}, did you mean \"{}\"?", shown(key), where,
                       nearest);
  }
  return fmt::format("unknown key \"{}\" in {}, remove it or use one of: {}", shown(key), where,
                     fmt::join(known, ", "));
}

std::string old_key(std::string_view key, std::string_view replacement) {
  return fmt::format("key \"{}\" is from older releases, use \"{}\" instead", key, replacement);
}

}  // namespace weir::mapping
