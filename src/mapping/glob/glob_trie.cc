// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob/glob_trie.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <numeric>
#include <utility>

#include "mapping/glob/glob_order.h"
#include "mapping/name_segments.h"
#include "weir/mapping/name_grammar.h"

namespace weir::mapping {

namespace {

static_assert(kGlobSegmentsMax <= NameSegments::kMax);

// Calls `act` with the index of each kind that the rule is for.
template <class Act>
void for_each_kind(const Rule& rule, Act act) {
  for (std::size_t kind = 0; kind < sample::kEventKindCount; ++kind) {
    if (!rule.kind || static_cast<std::size_t>(*rule.kind) == kind) act(kind);
  }
}

// The segments of `glob` in the order in which a look-up walks them. Of two `**` the first
// represents both and what is between them.
std::vector<std::string_view> way_of(std::string_view glob) {
  std::vector<std::string_view> way;
  for (auto left = count_segments(glob); left > 0; --left) way.push_back(take_segment(glob));
  const auto tail = std::ranges::find(way, SegmentForm::Tail, form_of);
  if (tail == way.end()) return way;
  const auto second = std::find(tail + 1, way.end(), "**");
  if (second != way.end()) way.erase(tail + 1, second + 1);
  std::reverse(tail + 1, way.end());
  return way;
}

}  // namespace

// What is only needed to build the trie.
struct GlobTrie::Draft {
  Edges parts;
  Edges betweens;
  // By node: the last rule that ends there.
  std::vector<PerKind> last_rules{kNone};
};

struct GlobTrie::Search {
  sample::EventKind kind{};
  std::span<const Tag> tags;
  // The best rule so far; rules from here on do not count.
  std::uint32_t best = kNoRule;
  // The name is a glob: what its `**` covers, no `*` can cover.
  bool is_cover = false;
  std::uint32_t states = 0;
  const NameSegments* segments = nullptr;
};

std::size_t GlobTrie::EdgeHash::operator()(const Edge& edge) const {
  // An odd multiplier spreads the parents over the whole word.
  constexpr std::size_t kSpread = 0x9E3779B97F4A7C15U;
  return std::hash<std::string_view>()(edge.segment) ^ (edge.parent * kSpread);
}

GlobTrie::GlobTrie(std::span<const Rule> rules, Preference preference)
    : rules_(rules),
      order_(rules.size()),
      next_(rules.size(), kNone),
      has_conditions_(rules.size()) {
  std::iota(order_.begin(), order_.end(), std::uint32_t{0});
  if (preference == Preference::LiteralFirst) order_ = most_specific_first(rules);
  Draft draft;
  for (std::uint32_t rank = 0; rank < order_.size(); ++rank) {
    if (rules[order_[rank]].match_type == MatchType::Glob) insert(rank, draft);
  }
}

void GlobTrie::insert(std::uint32_t rank, Draft& draft) {
  const Rule& rule = rules_[order_[rank]];
  // Ranks rise, so the first of several equal rules stays (difference Q11).
  const auto mark = [&](PerKind& smallest) {
    for_each_kind(rule,
                  [&](std::size_t kind) { smallest.at(kind) = std::min(smallest.at(kind), rank); });
  };
  const auto way = way_of(rule.match);
  assert(way.size() <= kGlobSegmentsMax);
  depth_ = std::max(depth_, way.size());

  std::uint32_t node = 0;
  mark(nodes_[node].first);
  for (const auto segment : way) {
    node = add_child(node, segment, draft);
    mark(nodes_[node].first);
  }
  const auto between = between_tails(rule.match);
  if (!between.empty()) {
    node = add_between(node, between.substr(1), draft);
    mark(nodes_[node].first);
  }
  mark(nodes_[node].rule);
  for_each_kind(rule, [&](std::size_t kind) {
    auto& last = draft.last_rules[node].at(kind);
    if (last != kNoRule) next_[last].at(kind) = rank;
    last = rank;
  });
  has_conditions_[rank] = !rule.match_tags.empty();
}

std::uint32_t GlobTrie::add_child(std::uint32_t parent, std::string_view segment, Draft& draft) {
  const auto next = static_cast<std::uint32_t>(nodes_.size());
  const auto child = known_child(parent, segment, next, draft);
  if (child == next) {
    nodes_.emplace_back();
    draft.last_rules.push_back(kNone);
  }
  return child;
}

std::uint32_t GlobTrie::add_between(std::uint32_t parent, std::string_view text, Draft& draft) {
  const auto next = static_cast<std::uint32_t>(nodes_.size());
  const auto [known, is_new] = draft.betweens.try_emplace({parent, text}, next);
  if (!is_new) return known->second;
  nodes_.emplace_back();
  draft.last_rules.push_back(kNone);
  rare_of(parent).betweens.push_back({next, text, count_segments(text) - 1});
  return next;
}

std::uint32_t GlobTrie::known_child(std::uint32_t parent, std::string_view segment,
                                    std::uint32_t next, Draft& draft) {
  const auto known_or_next = [next](std::uint32_t& known) {
    if (known == 0) known = next;
    return known;
  };
  switch (form_of(segment)) {
    case SegmentForm::Any: return known_or_next(nodes_[parent].any);
    case SegmentForm::Tail: has_tail_ = true; return known_or_next(rare_of(parent).tail);
    case SegmentForm::Literal:
      literal_bytes_max_ = std::max(literal_bytes_max_, segment.size());
      return literals_.try_emplace({parent, segment}, next).first->second;
    case SegmentForm::Part: break;
  }
  const auto [part, is_new] = draft.parts.try_emplace({parent, segment}, next);
  if (is_new) rare_of(parent).parts.push_back({next, WildcardPattern(segment)});
  return part->second;
}

GlobTrie::Rare& GlobTrie::rare_of(std::uint32_t node) {
  auto& place = nodes_[node].rare;
  if (place == 0) {
    place = static_cast<std::uint32_t>(rare_.size());
    rare_.emplace_back();
  }
  return rare_[place];
}

std::uint32_t GlobTrie::literal_child(std::uint32_t parent, std::string_view segment) const {
  // Many nodes may ask for the same long segment of a hostile name.
  if (segment.size() > literal_bytes_max_) return 0;
  const auto found = literals_.find({parent, segment});
  return found == literals_.end() ? 0 : found->second;
}

GlobTrie::Hit GlobTrie::find(std::string_view name, sample::EventKind kind,
                             std::span<const Tag> tags) const {
  Search search;
  search.kind = kind;
  search.tags = tags;
  return run(name, search);
}

GlobTrie::Hit GlobTrie::find_cover(const Rule& rule, sample::EventKind kind,
                                   std::uint32_t before) const {
  // A glob taken for a name does it: no literal of the trie has a `*`, so only a wildcard takes it.
  const auto tags = as_tags(rule.match_tags);
  Search search;
  search.kind = kind;
  search.tags = tags;
  search.best = before;
  search.is_cover = true;
  return run(rule.match, search);
}

GlobTrie::Hit GlobTrie::run(std::string_view name, Search& search) const {
  const auto size = count_segments(name);
  if (size > depth_ && !has_tail_) return {};
  const NameSegments segments(name, size);
  search.segments = &segments;
  const auto before = search.best;
  visit(0, {}, search);
  return {search.best == before ? kNoRule : order_[search.best], search.states};
}

std::uint32_t GlobTrie::first_rule(std::uint32_t node, const Search& search) const {
  return nodes_[node].first.at(static_cast<std::size_t>(search.kind));
}

void GlobTrie::visit_child(std::uint32_t child, const Taken& taken, Search& search) const {
  if (child != 0 && first_rule(child, search) < search.best) visit(child, taken, search);
}

void GlobTrie::visit(std::uint32_t node, const Taken& taken, Search& search) const {
  ++search.states;
  const auto left = search.segments->size() - taken.front - taken.back;
  if (taken.has_tail || left == 0) take_rule(node, search);
  // One segment is the least that a `**` keeps to itself.
  if (left > (taken.has_tail ? 1 : 0)) visit_children(node, taken, search);
}

void GlobTrie::take_rule(std::uint32_t node, Search& search) const {
  const auto kind = static_cast<std::size_t>(search.kind);
  auto rank = nodes_[node].rule.at(kind);
  while (rank < search.best && has_conditions_[rank] &&
         !satisfy(search.tags, rules_[order_[rank]].match_tags)) {
    ++search.states;
    rank = next_[rank].at(kind);
  }
  search.best = std::min(search.best, rank);
}

void GlobTrie::visit_children(std::uint32_t node, const Taken& taken, Search& search) const {
  const auto segment = taken.has_tail ? search.segments->from_back(taken.back)
                                      : search.segments->from_front(taken.front);
  auto behind = taken;
  ++(taken.has_tail ? behind.back : behind.front);
  const auto literal = literal_child(node, segment);
  auto any = nodes_[node].any;
  if (search.is_cover && form_of(segment) == SegmentForm::Tail) any = 0;
  // Of these two the one with the smaller rule goes first: it may make the other needless.
  const bool is_any_first = any != 0 && first_rule(any, search) < first_rule(literal, search);
  if (is_any_first) visit_child(any, behind, search);
  visit_child(literal, behind, search);
  const auto& rare = rare_[nodes_[node].rare];
  visit_parts(rare, segment, behind, search);
  if (!is_any_first) visit_child(any, behind, search);
  visit_child(rare.tail, {taken.front, 0, true}, search);
  visit_betweens(rare, taken, search);
}

void GlobTrie::visit_betweens(const Rare& rare, const Taken& taken, Search& search) const {
  for (const auto& between : rare.betweens) {
    if (first_rule(between.child, search) >= search.best) continue;
    if (stands_between(between, taken, search)) take_rule(between.child, search);
  }
}

bool GlobTrie::stands_between(const Between& between, const Taken& taken, Search& search) {
  const auto size = search.segments->size();
  // Of longer names not every segment's place is known.
  if (size > NameSegments::kMax) return false;
  for (auto at = taken.front + 1; at + between.segments + taken.back < size; ++at) {
    ++search.states;
    if (search.segments->rest_from(at).starts_with(between.text)) return true;
  }
  return false;
}

void GlobTrie::visit_parts(const Rare& rare, std::string_view segment, const Taken& behind,
                           Search& search) const {
  for (const auto& part : rare.parts) {
    if (first_rule(part.child, search) >= search.best) continue;
    const auto covered = part.text.match(segment);
    if (covered && !covered->empty()) {
      visit(part.child, behind, search);
    } else {
      ++search.states;
    }
  }
}

}  // namespace weir::mapping
