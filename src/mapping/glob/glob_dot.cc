// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/glob_dot.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/name_grammar.h"
#include "weir/sample/sample.h"

namespace weir::mapping {

namespace {

// In the order of EventKind, as the reference calls them, which knows no sets.
constexpr std::array<std::string_view, sample::kEventKindCount> kKinds = {"counter", "gauge",
                                                                          "observer", "set"};

constexpr std::string_view kHead =
    "digraph g {\n"
    "rankdir=LR\n"
    "node [ label=\"\",style=filled,fillcolor=white,shape=circle ]\n";
// Border and inside, as attributes: the reference's, so that existing legends stay right.
constexpr std::string_view kRootColours = R"([color="#a94442",fillcolor="#f2dede"])";
constexpr std::string_view kKindColours = R"([color="#D6B656",fillcolor="#FFF2CC"])";
constexpr std::string_view kLeafColours = R"([color="#82B366",fillcolor="#D5E8D4"])";

// A node knows where its children are, but not its number in the drawing: that is its place in the
// breadth-first order. Segments borrow from the rules.
struct Node {
  std::map<std::string_view, std::size_t> children;
  bool ends_rule = false;
};
using Tree = std::vector<Node>;
constexpr std::size_t kRoot = 0;

std::size_t add_child(Tree& tree, std::size_t parent, std::string_view segment) {
  const auto next = tree.size();
  const auto [child, is_new] = tree[parent].children.try_emplace(segment, next);
  const auto place = child->second;
  if (is_new) tree.emplace_back();
  return place;
}

void add_glob(Tree& tree, std::size_t kind_node, std::string_view glob) {
  auto node = kind_node;
  for (auto left = count_segments(glob); left > 0; --left) {
    node = add_child(tree, node, take_segment(glob));
  }
  tree[node].ends_rule = true;
}

Tree make_tree(const RuleSet& rules) {
  Tree tree(1);
  const bool has_sets = std::ranges::any_of(
      rules.rules(), [](const Rule& rule) { return rule.kind == sample::EventKind::Set; });
  for (std::size_t kind = 0; kind < kKinds.size() - (has_sets ? 0 : 1); ++kind) {
    const auto kind_node = add_child(tree, kRoot, kKinds.at(kind));
    for (const Rule& rule : rules.rules()) {
      const bool is_for_kind = !rule.kind || static_cast<std::size_t>(*rule.kind) == kind;
      if (rule.match_type == MatchType::Glob && is_for_kind) add_glob(tree, kind_node, rule.match);
    }
  }
  return tree;
}

// In a label a backslash begins an escape, among them `\N` for the node's name.
std::string escaped_label(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string_view colours(const Node& node, bool is_kind) {
  if (is_kind) return kKindColours;
  return node.ends_rule ? kLeafColours : std::string_view();
}

}  // namespace

std::string glob_automaton_dot(const RuleSet& rules) {
  const Tree tree = make_tree(rules);
  std::string dot(kHead);
  // The nodes in the order of their numbers; those from `number` on are still to be drawn.
  std::vector<std::size_t> order{kRoot};
  for (std::size_t number = 0; number < order.size(); ++number) {
    for (const auto& [segment, place] : tree[order[number]].children) {
      const auto child = order.size();
      order.push_back(place);
      dot += fmt::format("{} -> {}  [label = \"{}\"];\n", number, child, escaped_label(segment));
      const auto colour = colours(tree[place], number == 0);
      if (!colour.empty()) dot += fmt::format("{} {};\n", child, colour);
      // One or more segments: the arrow there takes the first, this one the others.
      if (form_of(segment) == SegmentForm::Tail) {
        dot += fmt::format("{0} -> {0}  [label = \"*\"];\n", child);
      }
    }
  }
  dot += fmt::format("0 {};\n}}", kRootColours);
  return dot;
}

}  // namespace weir::mapping
