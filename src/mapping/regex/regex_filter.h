// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mapping/regex/coarse_set.h"
#include "mapping/regex/literal_search.h"

namespace weir::mapping {

// Finds which of many regexes are worth trying on a name: those of which the name holds a text that
// every match must hold, and those without such a text. Immutable; any thread.
class RegexFilter {
 public:
  // The patterns compile. Does not keep them.
  explicit RegexFilter(std::span<const std::string_view> patterns);

  // The indices of all patterns that match somewhere in `name`, and of some that do not.
  [[nodiscard]] CoarseSet candidates(std::string_view name) const;

  // How large its automaton is.
  [[nodiscard]] std::size_t states() const { return search_.states(); }

 private:
  struct Index;

  explicit RegexFilter(const Index& index);

  CoarseSet always_;
  LiteralSearch search_;
  // Pattern indices, in the order of the literals; those of literal i begin at `first_of_[i]`.
  std::vector<std::uint32_t> patterns_;
  std::vector<std::uint32_t> first_of_;
};

}  // namespace weir::mapping
