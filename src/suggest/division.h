// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "suggest/pattern.h"

namespace weir::suggest {

// Segments that are known to be ids, of other names or by tags: of all names, or of those with one
// first segment.
class KnownIds {
 public:
  // Words that name metrics, and short ones, are not taken. True when it is new.
  bool add(std::string_view first_segment, std::string_view id);
  [[nodiscard]] bool has(std::string_view first_segment, std::string_view id) const;

 private:
  std::unordered_set<std::string> ids_;
};

// Names that go on with the same segment.
struct Child {
  std::string_view segment;
  NameIds names;
  // Some of them end with it, and some go on.
  bool is_end = false;
  bool goes_on = false;
  // Other children are parts of what it counts.
  bool has_parts = false;
  // Of those that go on one ends in more than what is computed of a metric.
  bool has_metric = false;
  // Hashes of the last segments of those that go on, each once, sorted; of many the smallest.
  std::vector<std::size_t> last_segments;
};

// Where in names `children` are.
struct Place {
  std::string_view first_segment;
  const Pieces& before;
  // Names end before the place.
  bool is_end = false;
};

[[nodiscard]] std::size_t hash_of_segment(std::string_view segment);

// For each child, all of one place, whether its segment is one of many that vary and not part of
// the name of a metric.
[[nodiscard]] std::vector<bool> find_varying(std::span<const Child> children, const Place& place,
                                             const KnownIds& known);

}  // namespace weir::suggest
