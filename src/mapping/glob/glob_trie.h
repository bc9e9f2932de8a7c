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

#include "mapping/wildcard_pattern.h"
#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/rule.h"
#include "weir/sample/sample.h"

namespace weir::mapping {

// All glob rules at once: a trie of segments. Segments after a `**` are stored in reverse below it,
// so each node has one parent and one segment position: a look-up tries each at most once, segments
// x rules at worst. The words between two `**` are stored below all that, and are compared with
// each segment once. Immutable; any thread.
class GlobTrie {
 public:
  static constexpr std::uint32_t kNoRule = std::numeric_limits<std::uint32_t>::max();

  // Which of several matching rules wins.
  enum class Preference : std::uint8_t {
    FileOrder,     // the smallest index
    LiteralFirst,  // the most specific, segment by segment from the left, then the smallest index
  };
  struct Hit {
    // An index into the rules given at construction, or `kNoRule`.
    std::uint32_t rule = kNoRule;
    // How many nodes were visited or tried in vain, and how many rules asked for other tags.
    std::uint32_t states = 0;
  };

  // Skips rules that are no globs. Borrows the others.
  GlobTrie(std::span<const Rule> rules, Preference preference);

  // The rule for a sample of this name with these tags.
  [[nodiscard]] Hit find(std::string_view name, sample::EventKind kind,
                         std::span<const Tag> tags) const;

  // The first rule before the rule `before` that takes every sample that `rule` takes. Needs
  // `FileOrder`.
  [[nodiscard]] Hit find_cover(const Rule& rule, sample::EventKind kind,
                               std::uint32_t before) const;

 private:
  using PerKind = std::array<std::uint32_t, sample::kEventKindCount>;
  static constexpr PerKind kNone = [] {
    PerKind none{};
    none.fill(kNoRule);
    return none;
  }();

  // Rules are known by their rank: the smaller wins.
  struct Node {
    // The smallest rule that ends here, and that ends here or below.
    PerKind rule = kNone;
    PerKind first = kNone;
    // The child for `*`; 0, the root, is no node's child and means none.
    std::uint32_t any = 0;
    // The place of what few nodes have; the others share place 0, where nothing is.
    std::uint32_t rare = 0;
  };
  struct Part {
    std::uint32_t child = 0;
    WildcardPattern text;
  };
  // The words between two `**`, the first of which is taken, and all after the second.
  struct Between {
    std::uint32_t child = 0;
    // With a dot after the last segment.
    std::string_view text;
    std::size_t segments = 0;
  };
  struct Rare {
    // The child for `**`, or 0.
    std::uint32_t tail = 0;
    // The children for a second `**`, in the order of their smallest rules.
    std::vector<Between> betweens;
    // The children for segments such as `x*y`, in the order of their smallest rules.
    std::vector<Part> parts;
  };
  // The way from a node to its child for a segment that is neither `*` nor `**`.
  struct Edge {
    std::uint32_t parent = 0;
    std::string_view segment;
    bool operator==(const Edge&) const = default;
  };
  struct EdgeHash {
    std::size_t operator()(const Edge& edge) const;
  };
  using Edges = std::unordered_map<Edge, std::uint32_t, EdgeHash>;
  struct Draft;
  struct Search;
  // How many segments are taken at either end of a name.
  struct Taken {
    std::size_t front = 0;
    std::size_t back = 0;
    // After a `**`, which takes what is left.
    bool has_tail = false;
  };

  void insert(std::uint32_t rank, Draft& draft);
  std::uint32_t add_child(std::uint32_t parent, std::string_view segment, Draft& draft);
  std::uint32_t add_between(std::uint32_t parent, std::string_view text, Draft& draft);
  // The child for `segment`; `next`, which is made known, when there was none.
  std::uint32_t known_child(std::uint32_t parent, std::string_view segment, std::uint32_t next,
                            Draft& draft);
  Rare& rare_of(std::uint32_t node);
  [[nodiscard]] std::uint32_t literal_child(std::uint32_t parent, std::string_view segment) const;
  [[nodiscard]] Hit run(std::string_view name, Search& search) const;
  void visit(std::uint32_t node, const Taken& taken, Search& search) const;
  // Unless there is none, or none of the rules below it can win.
  void visit_child(std::uint32_t child, const Taken& taken, Search& search) const;
  void visit_children(std::uint32_t node, const Taken& taken, Search& search) const;
  void visit_parts(const Rare& rare, std::string_view segment, const Taken& behind,
                   Search& search) const;
  void visit_betweens(const Rare& rare, const Taken& taken, Search& search) const;
  // Whether the text is in what a `**` takes, with a segment on either side at least.
  [[nodiscard]] static bool stands_between(const Between& between, const Taken& taken,
                                           Search& search);
  void take_rule(std::uint32_t node, Search& search) const;
  // The smallest rule that ends at the node or below.
  [[nodiscard]] std::uint32_t first_rule(std::uint32_t node, const Search& search) const;

  std::span<const Rule> rules_;
  // By rank: the rule's index, the next rule that ends at the same node, and whether the rule asks
  // for tags.
  std::vector<std::uint32_t> order_;
  std::vector<PerKind> next_;
  std::vector<bool> has_conditions_;
  std::size_t depth_ = 0;
  bool has_tail_ = false;
  std::vector<Node> nodes_{1};
  // One table for the whole trie: an empty node costs nothing (difference Q33).
  Edges literals_;
  std::size_t literal_bytes_max_ = 0;
  std::vector<Rare> rare_{1};
};

}  // namespace weir::mapping
