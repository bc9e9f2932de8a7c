// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::mapping {

// The ways from the nodes of a trie to their children for segments without a `*`. The first child
// of a node is kept with the node, for most have no other; all others are in one table. Equal
// segments are kept once, so that those of a path are mostly known ones, in few cache lines.
class LiteralEdges {
 public:
  using Node = std::uint32_t;
  // No node's child.
  static constexpr Node kNone = 0;
  // A segment that was added.
  using Text = std::uint32_t;

  // What is kept with a node.
  struct First {
    Node child = kNone;
    Text text = 0;
  };

  // Segments are added each once.
  Text add_text(std::string_view segment);
  // `first` is the parent's, which has no child for this segment yet.
  void add(Node parent, First& first, Text segment, Node child);

  // The child, or kNone.
  [[nodiscard]] Node find(Node parent, const First& first, std::string_view segment) const;

 private:
  static constexpr std::size_t kSlotsMin = 16;

  // An empty one has no child.
  struct Slot {
    std::uint32_t hash = 0;
    Node parent = 0;
    Text text = 0;
    Node child = kNone;
  };

  [[nodiscard]] std::string_view at(Text text) const;
  [[nodiscard]] static std::uint32_t hash_of(Node parent, std::string_view segment);
  // The next place that is free.
  void place(const Slot& slot);
  void grow();

  // Each after its length.
  std::string texts_;
  // A power of two, a quarter of them empty at least.
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace weir::mapping
