// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "suggest/division.h"
#include "suggest/pattern.h"

namespace weir::suggest {

// Finds the patterns that names follow: which of their segments name a metric, and which vary. Goes
// through the names segment by segment and keeps those together that went the same way, so that
// each name is looked at once for each of its segments; three times at most, as ids that are
// known from some names tell where they are in others.
class PatternFinder {
 public:
  // The names outlive the finder.
  explicit PatternFinder(std::span<const Name> names);

  // In the order of a file: alphabetical, narrow patterns before wide ones. Each name is in one.
  [[nodiscard]] std::vector<Pattern> find(NameIds names);
  // How many segments of names were looked at.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  void grow(const NameIds& names, std::size_t depth);
  void grow_with(Piece piece, const NameIds& names, std::size_t depth);
  [[nodiscard]] std::vector<Child> children_of(const NameIds& names, std::size_t depth);
  [[nodiscard]] std::size_t last_hash(const Name& name, NameId id) const;
  [[nodiscard]] bool is_of_totals(const std::vector<Child>& children, std::size_t depth) const;
  void spread(const NameIds& names, std::size_t depth);
  void grow_varying(const std::vector<Child>& varying, std::size_t depth);
  void grow_literals(std::vector<Child> literals, const Place& place, std::size_t depth);
  void learn(std::string_view first_segment, std::string_view id);
  void add(Pieces pieces, NameIds names);

  std::span<const Name> names_;
  std::vector<std::optional<NameId>> totals_;
  KnownIds known_;
  bool has_learnt_ = false;
  // What covers the segments before those that are looked at.
  Pieces before_;
  std::vector<Pattern> found_;
  std::uint64_t steps_ = 0;
};

}  // namespace weir::suggest
