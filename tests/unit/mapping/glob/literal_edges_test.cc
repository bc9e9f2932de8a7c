// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob/literal_edges.h"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace weir::mapping {
namespace {

// With the nodes that edges begin at, as a trie has them.
struct Edges {
  void add(std::uint32_t parent, const std::string& segment, std::uint32_t child) {
    const auto [text, is_new] = texts.try_emplace(segment, 0);
    if (is_new) text->second = edges.add_text(segment);
    edges.add(parent, nodes[parent], text->second, child);
  }
  std::uint32_t find(std::uint32_t parent, std::string_view segment) {
    return edges.find(parent, nodes[parent], segment);
  }

  LiteralEdges edges;
  std::map<std::uint32_t, LiteralEdges::First> nodes;
  std::map<std::string, LiteralEdges::Text> texts;
};

TEST(LiteralEdges, FindsNoChildOfANodeWithoutOne) {
  Edges edges;

  EXPECT_EQ(edges.find(0, ""), LiteralEdges::kNone);
  EXPECT_EQ(edges.find(7, "a"), LiteralEdges::kNone);
}

TEST(LiteralEdges, FindsTheOnlyChildAndOthers) {
  Edges edges;
  edges.add(0, "one", 1);

  EXPECT_EQ(edges.find(0, "one"), 1U);
  EXPECT_EQ(edges.find(0, "two"), LiteralEdges::kNone);
  edges.add(0, "two", 2);

  EXPECT_EQ(edges.find(0, "one"), 1U);
  EXPECT_EQ(edges.find(0, "two"), 2U);
  EXPECT_EQ(edges.find(1, "two"), LiteralEdges::kNone);
}

TEST(LiteralEdges, TellsNodesAndSegmentsApart) {
  Edges edges;
  edges.add(1, "a", 10);
  edges.add(1, "b", 11);
  edges.add(2, "b", 12);
  edges.add(2, "a", 13);
  edges.add(2, "", 14);
  edges.add(2, "ab", 15);

  EXPECT_EQ(edges.find(1, "a"), 10U);
  EXPECT_EQ(edges.find(1, "b"), 11U);
  EXPECT_EQ(edges.find(2, "b"), 12U);
  EXPECT_EQ(edges.find(2, "a"), 13U);
  EXPECT_EQ(edges.find(2, ""), 14U);
  EXPECT_EQ(edges.find(2, "ab"), 15U);
  EXPECT_EQ(edges.find(1, ""), LiteralEdges::kNone);
  EXPECT_EQ(edges.find(2, "abc"), LiteralEdges::kNone);
}

TEST(LiteralEdges, FindsWhatAMapFinds) {
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  Edges edges;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> known;
  const auto edge = [&] {
    return std::pair(static_cast<std::uint32_t>(random() % 50), std::to_string(random() % 200));
  };

  for (std::uint32_t child = 1; child < 5'000; ++child) {
    const auto made = edge();
    if (known.try_emplace(made, child).second) edges.add(made.first, made.second, child);
  }

  for (int i = 0; i < 20'000; ++i) {
    const auto asked = edge();
    const auto found = known.find(asked);
    EXPECT_EQ(edges.find(asked.first, asked.second),
              found == known.end() ? LiteralEdges::kNone : found->second);
  }
}

}  // namespace
}  // namespace weir::mapping
