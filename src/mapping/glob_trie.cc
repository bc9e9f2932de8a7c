// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob_trie.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <utility>

#include "mapping/name_grammar.h"

namespace weir::mapping {

namespace {

// Calls `act` with the index of each kind that the rule is for.
template <class Act>
void for_each_kind(const Rule& rule, std::size_t kinds, Act act) {
  const auto only = rule.kind ? static_cast<std::size_t>(*rule.kind) : kinds;
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    if (only == kinds || only == kind) act(kind);
  }
}

}  // namespace

struct GlobTrie::Search {
  std::array<std::string_view, kSegmentsMax> segments;
  std::size_t segment_count = 0;
  std::size_t kind = 0;
  // The best rule so far; rules from here on do not count.
  std::uint32_t best = kNoRule;
  bool is_done = false;
  std::uint32_t states = 0;
};

std::size_t GlobTrie::EdgeHash::operator()(const Edge& edge) const {
  // An odd multiplier spreads the parents over the whole word.
  constexpr std::size_t kSpread = 0x9E3779B97F4A7C15U;
  return std::hash<std::string_view>()(edge.segment) ^ (edge.parent * kSpread);
}

GlobTrie::GlobTrie(std::span<const Rule> rules, Preference preference) : preference_(preference) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].match_type == MatchType::Glob) insert(rules[i], static_cast<std::uint32_t>(i));
  }
}

void GlobTrie::insert(const Rule& rule, std::uint32_t index) {
  // Rules come in the order of the file, so the first of several equal ones stays (Q11).
  const auto mark = [&](PerKind& smallest) {
    for_each_kind(rule, kKinds, [&](std::size_t kind) {
      smallest.at(kind) = std::min(smallest.at(kind), index);
    });
  };
  const auto depth = count_segments(rule.match);
  assert(depth <= kSegmentsMax);
  depth_ = std::max(depth_, depth);

  std::uint32_t node = 0;
  mark(nodes_[node].first);
  std::string_view rest = rule.match;
  for (std::size_t i = 0; i < depth; ++i) {
    node = add_child(node, take_segment(rest));
    mark(nodes_[node].first);
  }
  mark(nodes_[node].rule);
}

std::uint32_t GlobTrie::add_child(std::uint32_t parent, std::string_view segment) {
  const auto next = static_cast<std::uint32_t>(nodes_.size());
  auto child = next;
  if (segment == "*") {
    auto& wildcard = nodes_[parent].wildcard;
    if (wildcard == 0) wildcard = next;
    child = wildcard;
  } else {
    child = literals_.try_emplace({parent, segment}, next).first->second;
  }
  if (child == next) nodes_.emplace_back();
  return child;
}

std::uint32_t GlobTrie::literal_child(std::uint32_t parent, std::string_view segment) const {
  const auto found = literals_.find({parent, segment});
  return found == literals_.end() ? 0 : found->second;
}

GlobTrie::Hit GlobTrie::find(std::string_view name, statsd::EventKind kind) const {
  return run(name, kind, kNoRule);
}

GlobTrie::Hit GlobTrie::find_cover(std::string_view glob, statsd::EventKind kind,
                                   std::uint32_t before) const {
  assert(preference_ == Preference::FileOrder);
  // A glob taken for a name does it: its `*` is no literal of the trie, so only a `*` takes it.
  return run(glob, kind, before);
}

GlobTrie::Hit GlobTrie::run(std::string_view name, statsd::EventKind kind,
                            std::uint32_t before) const {
  Search search;
  search.segment_count = count_segments(name);
  if (search.segment_count > depth_) return {};
  for (std::size_t i = 0; i < search.segment_count; ++i) search.segments.at(i) = take_segment(name);
  search.kind = static_cast<std::size_t>(kind);
  search.best = before;
  if (is_worth_visiting(0, search)) visit(0, 0, search);
  return {search.best == before ? kNoRule : search.best, search.states};
}

bool GlobTrie::is_worth_visiting(std::uint32_t node, const Search& search) const {
  return !search.is_done && nodes_[node].first.at(search.kind) < search.best;
}

void GlobTrie::visit(std::uint32_t node, std::size_t depth, Search& search) const {
  ++search.states;
  if (depth == search.segment_count) {
    const auto rule = nodes_[node].rule.at(search.kind);
    if (rule >= search.best) return;
    search.best = rule;
    search.is_done = preference_ == Preference::LiteralFirst;
    return;
  }
  auto first = literal_child(node, search.segments.at(depth));
  auto second = nodes_[node].wildcard;
  const auto rule_of = [&](std::uint32_t child) { return nodes_[child].first.at(search.kind); };
  // In file order the child with the smaller rule goes first: it may make the other needless.
  const bool is_swapped = preference_ == Preference::FileOrder && second != 0 &&
                          (first == 0 || rule_of(second) < rule_of(first));
  if (is_swapped) std::swap(first, second);
  if (first != 0 && is_worth_visiting(first, search)) visit(first, depth + 1, search);
  if (second != 0 && is_worth_visiting(second, search)) visit(second, depth + 1, search);
}

}  // namespace weir::mapping
