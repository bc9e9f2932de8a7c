// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "mapping/glob/literal_edges.h"
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
  // The same; appends what its wildcards cover.
  [[nodiscard]] Hit find(std::string_view name, sample::EventKind kind, std::span<const Tag> tags,
                         std::vector<std::string_view>& captures) const;

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

  // A rank for each kind: one for all of them or, from kPerKind on, a place in `per_kind_`.
  using Ranks = std::uint32_t;
  static constexpr Ranks kPerKind = Ranks{1} << 31U;

  struct Node {
    // The smallest rule that ends here, and that ends here or below.
    Ranks rule = kNoRule;
    Ranks first = kNoRule;
    // The child for `*`; 0, the root, is no node's child and means none.
    std::uint32_t any = 0;
    // The place of what few nodes have; the others share place 0, where nothing is.
    std::uint32_t rare = 0;
    LiteralEdges::First literal;
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
  // A rule by its rank.
  struct Ranked {
    std::uint32_t rule = 0;
    bool has_conditions = false;
    // All its wildcards are `*`, in the segments that have a bit here.
    bool has_plain_captures = false;
    std::uint64_t any_places = 0;
  };
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
  static void describe(const Rule& rule, Ranked& ranked);
  std::uint32_t add_child(std::uint32_t parent, std::string_view segment, Draft& draft);
  std::uint32_t add_between(std::uint32_t parent, std::string_view text, Draft& draft);
  // The child for `segment`; `next`, which is made known, when there was none.
  std::uint32_t known_child(std::uint32_t parent, std::string_view segment, std::uint32_t next,
                            Draft& draft);
  std::uint32_t known_literal(std::uint32_t parent, std::string_view segment, std::uint32_t next,
                              Draft& draft);
  Rare& rare_of(std::uint32_t node);
  [[nodiscard]] std::uint32_t literal_child(std::uint32_t parent, std::string_view segment) const;
  [[nodiscard]] Hit run(std::string_view name, Search& search) const;
  void capture(const Ranked& winner, std::string_view name, const Search& search) const;
  void visit(std::uint32_t node, Taken taken, Search& search) const;
  // There is one, and one of the rules below it can win.
  [[nodiscard]] bool is_worth_a_visit(std::uint32_t child, const Search& search) const;
  void visit_child(std::uint32_t child, const Taken& taken, Search& search) const;
  // All but one, which is returned, with `taken` for it; 0 when none is left.
  [[nodiscard]] std::uint32_t visit_children(std::uint32_t node, Taken& taken,
                                             Search& search) const;
  void visit_parts(const Rare& rare, std::string_view segment, const Taken& behind,
                   Search& search) const;
  void visit_betweens(const Rare& rare, const Taken& taken, Search& search) const;
  // Whether the text is in what a `**` takes, with a segment on either side at least.
  [[nodiscard]] static bool stands_between(const Between& between, const Taken& taken,
                                           Search& search);
  void take_rule(std::uint32_t node, Search& search) const;
  [[nodiscard]] Ranks packed(const PerKind& ranks);
  [[nodiscard]] std::uint32_t rank_of(Ranks ranks, const Search& search) const;
  // The smallest rule that ends at the node or below.
  [[nodiscard]] std::uint32_t first_rule(std::uint32_t node, const Search& search) const;

  std::span<const Rule> rules_;
  std::vector<Ranked> ranked_;
  // By rank: the next rule that ends at the same node.
  std::vector<PerKind> next_;
  std::size_t depth_ = 0;
  bool has_tail_ = false;
  // Those of a path lie in a row, as far as one rule was the first that has them.
  std::vector<Node> nodes_{1};
  std::vector<PerKind> per_kind_;
  // One table for the whole trie: an empty node costs nothing (difference Q33).
  LiteralEdges literals_;
  std::size_t literal_bytes_max_ = 0;
  std::vector<Rare> rare_{1};
};

}  // namespace weir::mapping
