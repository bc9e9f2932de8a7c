// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "weir/mapping/rule.h"
#include "weir/statsd/sample.h"

namespace weir::mapping {

// All glob rules at once: a trie of segments in which every node is reached by one way only, so a
// look-up visits each at most once: segments x rules at worst. Immutable; any thread.
class GlobTrie {
 public:
  static constexpr std::uint32_t kNoRule = std::numeric_limits<std::uint32_t>::max();
  // Longer globs are refused at load; longer names match no glob.
  static constexpr std::size_t kSegmentsMax = 128;

  // Which of several matching rules wins.
  enum class Preference : std::uint8_t {
    FileOrder,     // the smallest index
    LiteralFirst,  // the literal before `*` at every level from the left, then the smallest index
  };
  struct Hit {
    // An index into the rules given at construction, or `kNoRule`.
    std::uint32_t rule = kNoRule;
    // How many nodes were visited.
    std::uint32_t states = 0;
  };

  // Skips rules that are no globs. Borrows the patterns of the others.
  GlobTrie(std::span<const Rule> rules, Preference preference);

  [[nodiscard]] Hit find(std::string_view name, statsd::EventKind kind) const;

  // The first rule before the rule `before` that takes every name that `glob` takes. Needs
  // `FileOrder`.
  [[nodiscard]] Hit find_cover(std::string_view glob, statsd::EventKind kind,
                               std::uint32_t before) const;

 private:
  static constexpr std::size_t kKinds = 3;
  using PerKind = std::array<std::uint32_t, kKinds>;
  static constexpr PerKind kNone{kNoRule, kNoRule, kNoRule};

  struct Node {
    // The smallest rule that ends here, and that ends here or below.
    PerKind rule = kNone;
    PerKind first = kNone;
    // The child for `*`; 0, the root, is nobody's child and means none.
    std::uint32_t wildcard = 0;
  };
  // The way from a node to its child for a literal segment.
  struct Edge {
    std::uint32_t parent = 0;
    std::string_view segment;
    bool operator==(const Edge&) const = default;
  };
  struct EdgeHash {
    std::size_t operator()(const Edge& edge) const;
  };
  struct Search;

  void insert(const Rule& rule, std::uint32_t index);
  std::uint32_t add_child(std::uint32_t parent, std::string_view segment);
  [[nodiscard]] std::uint32_t literal_child(std::uint32_t parent, std::string_view segment) const;
  [[nodiscard]] Hit run(std::string_view name, statsd::EventKind kind, std::uint32_t before) const;
  void visit(std::uint32_t node, std::size_t depth, Search& search) const;
  [[nodiscard]] bool is_worth_visiting(std::uint32_t node, const Search& search) const;

  Preference preference_;
  std::size_t depth_ = 0;
  std::vector<Node> nodes_{1};
  // One table for the whole trie: an empty node costs nothing (Q33).
  std::unordered_map<Edge, std::uint32_t, EdgeHash> literals_;
};

}  // namespace weir::mapping
