// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mapping/regex/coarse_set.h"

namespace weir::mapping {

// Looks for many texts at once: Aho and Corasick's automaton with the edges kept as a trie, so that
// memory grows with the bytes of the texts only. At most two steps per byte searched, and one for
// each hit. Immutable; any thread.
class LiteralSearch {
 public:
  // Sorted, each once, none empty. Does not keep them.
  explicit LiteralSearch(std::span<const std::string_view> literals);

  // Adds to `seen` the index of every literal that `text` holds.
  void find(std::string_view text, CoarseSet& seen) const;

  // At most the bytes of all literals, and one.
  [[nodiscard]] std::size_t states() const { return states_.size(); }

 private:
  static constexpr std::uint32_t kRoot = 0;
  static constexpr std::uint32_t kNoLiteral = UINT32_MAX;

  // Numbered by depth, so that the children of a state follow each other.
  struct State {
    std::uint32_t first_child = 0;
    std::uint32_t child_count = 0;
    // The state of the longest proper suffix that is the beginning of a literal.
    std::uint32_t fallback = kRoot;
    // This state or the nearest on the way back in which a literal ends; the root for none.
    std::uint32_t hit = kRoot;
    std::uint32_t literal = kNoLiteral;
  };
  // The literals that go through a state.
  struct Subtree {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t depth = 0;
  };

  void expand(std::uint32_t state, std::span<const std::string_view> literals,
              std::vector<Subtree>& subtrees);
  void add_child(std::uint32_t parent, char byte);
  // The root for none.
  [[nodiscard]] std::uint32_t child(const State& parent, char byte) const;
  [[nodiscard]] std::uint32_t step(std::uint32_t state, char byte) const;

  std::vector<State> states_{1};
  // The byte that leads to each state.
  std::vector<char> bytes_{'\0'};
  // The root has the most children, and is asked the most.
  std::array<std::uint32_t, 256> root_children_{};
};

}  // namespace weir::mapping
