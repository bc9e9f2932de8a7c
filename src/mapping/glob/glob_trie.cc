// SPDX-License-Identifier: Apache-2.0
#include "mapping/glob/glob_trie.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <functional>
#include <unordered_map>
#include <utility>

#include "mapping/glob/glob_order.h"
#include "mapping/name_segments.h"
#include "weir/mapping/name_grammar.h"

namespace weir::mapping {

namespace {

static_assert(kGlobSegmentsMax <= NameSegments::kMax);
// Bits of `Ranked::any_places`.
constexpr std::size_t kPlainSegmentsMax = 64;

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
  // From a node to its child for what is neither a literal nor `*` nor `**` alone.
  struct Edge {
    std::uint32_t parent = 0;
    std::string_view text;
    bool operator==(const Edge&) const = default;
  };
  struct EdgeHash {
    std::size_t operator()(const Edge& edge) const {
      // An odd multiplier spreads the parents over the whole word.
      constexpr std::size_t kSpread = 0x9E3779B97F4A7C15U;
      return std::hash<std::string_view>()(edge.text) ^ (edge.parent * kSpread);
    }
  };
  using Edges = std::unordered_map<Edge, std::uint32_t, EdgeHash>;

  Edges parts;
  Edges betweens;
  std::unordered_map<std::string_view, LiteralEdges::Text> literals;
  // Of a node: the smallest rule that ends there, that ends there or below, and the last that ends
  // there.
  struct Rules {
    PerKind rule = kNone;
    PerKind first = kNone;
    PerKind last = kNone;
  };
  std::vector<Rules> nodes{1};
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
  // Null where they are not asked for.
  std::vector<std::string_view>* captures = nullptr;
};

GlobTrie::GlobTrie(std::span<const Rule> rules, Preference preference)
    : rules_(rules), next_(rules.size(), kNone) {
  ranked_.resize(rules.size());
  if (preference == Preference::FileOrder) {
    for (std::uint32_t i = 0; i < rules.size(); ++i) ranked_[i].rule = i;
  } else {
    std::uint32_t rank = 0;
    for (const std::uint32_t rule : most_specific_first(rules)) ranked_[rank++].rule = rule;
    ranked_.resize(rank);
  }
  Draft draft;
  for (std::uint32_t rank = 0; rank < ranked_.size(); ++rank) {
    if (rules[ranked_[rank].rule].match_type == MatchType::Glob) insert(rank, draft);
  }
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    nodes_[node].rule = packed(draft.nodes[node].rule);
    nodes_[node].first = packed(draft.nodes[node].first);
  }
}

GlobTrie::Ranks GlobTrie::packed(const PerKind& ranks) {
  const bool are_equal = std::ranges::count(ranks, ranks[0]) == std::ssize(ranks);
  if (are_equal) return ranks[0];
  per_kind_.push_back(ranks);
  return kPerKind + static_cast<Ranks>(per_kind_.size() - 1);
}

void GlobTrie::insert(std::uint32_t rank, Draft& draft) {
  const Rule& rule = rules_[ranked_[rank].rule];
  // Ranks rise, so the first of several equal rules stays (difference Q11).
  const auto mark = [&](PerKind& smallest) {
    for_each_kind(rule,
                  [&](std::size_t kind) { smallest.at(kind) = std::min(smallest.at(kind), rank); });
  };
  const auto way = way_of(rule.match);
  assert(way.size() <= kGlobSegmentsMax);
  depth_ = std::max(depth_, way.size());

  std::uint32_t node = 0;
  mark(draft.nodes[node].first);
  for (const auto segment : way) {
    node = add_child(node, segment, draft);
    mark(draft.nodes[node].first);
  }
  const auto between = between_tails(rule.match);
  if (!between.empty()) {
    node = add_between(node, between.substr(1), draft);
    mark(draft.nodes[node].first);
  }
  mark(draft.nodes[node].rule);
  for_each_kind(rule, [&](std::size_t kind) {
    auto& last = draft.nodes[node].last.at(kind);
    if (last != kNoRule) next_[last].at(kind) = rank;
    last = rank;
  });
  describe(rule, ranked_[rank]);
}

void GlobTrie::describe(const Rule& rule, Ranked& ranked) {
  ranked.has_conditions = !rule.match_tags.empty();
  std::string_view rest = rule.match;
  const auto size = count_segments(rest);
  ranked.has_plain_captures = size <= kPlainSegmentsMax;
  for (std::size_t i = 0; i < size && ranked.has_plain_captures; ++i) {
    const auto form = form_of(take_segment(rest));
    if (form == SegmentForm::Any) ranked.any_places |= std::uint64_t{1} << i;
    ranked.has_plain_captures = form == SegmentForm::Any || form == SegmentForm::Literal;
  }
}

std::uint32_t GlobTrie::add_child(std::uint32_t parent, std::string_view segment, Draft& draft) {
  const auto next = static_cast<std::uint32_t>(nodes_.size());
  const auto child = known_child(parent, segment, next, draft);
  if (child == next) {
    nodes_.emplace_back();
    draft.nodes.emplace_back();
  }
  return child;
}

std::uint32_t GlobTrie::add_between(std::uint32_t parent, std::string_view text, Draft& draft) {
  const auto next = static_cast<std::uint32_t>(nodes_.size());
  const auto [known, is_new] = draft.betweens.try_emplace({parent, text}, next);
  if (!is_new) return known->second;
  nodes_.emplace_back();
  draft.nodes.emplace_back();
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
      return known_literal(parent, segment, next, draft);
    case SegmentForm::Part: break;
  }
  const auto [part, is_new] = draft.parts.try_emplace({parent, segment}, next);
  if (is_new) rare_of(parent).parts.push_back({next, WildcardPattern(segment)});
  return part->second;
}

std::uint32_t GlobTrie::known_literal(std::uint32_t parent, std::string_view segment,
                                      std::uint32_t next, Draft& draft) {
  const auto known = literal_child(parent, segment);
  if (known != 0) return known;
  const auto [text, is_new] = draft.literals.try_emplace(segment, 0);
  if (is_new) text->second = literals_.add_text(segment);
  literals_.add(parent, nodes_[parent].literal, text->second, next);
  return next;
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
  return literals_.find(parent, nodes_[parent].literal, segment);
}

GlobTrie::Hit GlobTrie::find(std::string_view name, sample::EventKind kind,
                             std::span<const Tag> tags) const {
  Search search;
  search.kind = kind;
  search.tags = tags;
  return run(name, search);
}

GlobTrie::Hit GlobTrie::find(std::string_view name, sample::EventKind kind,
                             std::span<const Tag> tags,
                             std::vector<std::string_view>& captures) const {
  Search search;
  search.kind = kind;
  search.tags = tags;
  search.captures = &captures;
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
  const NameSegments segments(name);
  if (segments.size() > depth_ && !has_tail_) return {};
  search.segments = &segments;
  const auto before = search.best;
  visit(0, {}, search);
  if (search.best == before) return {kNoRule, search.states};
  const Ranked& winner = ranked_[search.best];
  if (search.captures != nullptr) capture(winner, name, search);
  return {winner.rule, search.states};
}

void GlobTrie::capture(const Ranked& winner, std::string_view name, const Search& search) const {
  if (!winner.has_plain_captures) {
    append_captures(rules_[winner.rule].match, name, *search.captures);
    return;
  }
  for (auto places = winner.any_places; places != 0; places &= places - 1) {
    const auto place = static_cast<std::size_t>(std::countr_zero(places));
    search.captures->push_back(search.segments->from_front(place));
  }
}

std::uint32_t GlobTrie::rank_of(Ranks ranks, const Search& search) const {
  if (ranks < kPerKind || ranks == kNoRule) return ranks;
  return per_kind_[ranks - kPerKind][static_cast<std::size_t>(search.kind)];
}

std::uint32_t GlobTrie::first_rule(std::uint32_t node, const Search& search) const {
  return rank_of(nodes_[node].first, search);
}

bool GlobTrie::is_worth_a_visit(std::uint32_t child, const Search& search) const {
  return child != 0 && first_rule(child, search) < search.best;
}

void GlobTrie::visit_child(std::uint32_t child, const Taken& taken, Search& search) const {
  if (is_worth_a_visit(child, search)) visit(child, taken, search);
}

void GlobTrie::visit(std::uint32_t node, Taken taken, Search& search) const {
  do {
    ++search.states;
    const auto left = search.segments->size() - taken.front - taken.back;
    if (taken.has_tail || left == 0) take_rule(node, search);
    // One segment is the least that a `**` keeps to itself.
    const bool has_more = left > (taken.has_tail ? 1 : 0);
    node = has_more ? visit_children(node, taken, search) : 0;
  } while (is_worth_a_visit(node, search));
}

void GlobTrie::take_rule(std::uint32_t node, Search& search) const {
  const auto kind = static_cast<std::size_t>(search.kind);
  auto rank = rank_of(nodes_[node].rule, search);
  while (rank < search.best && ranked_[rank].has_conditions &&
         !satisfy(search.tags, rules_[ranked_[rank].rule].match_tags)) {
    ++search.states;
    rank = next_[rank].at(kind);
  }
  search.best = std::min(search.best, rank);
}

std::uint32_t GlobTrie::visit_children(std::uint32_t node, Taken& taken, Search& search) const {
  const auto segment = taken.has_tail ? search.segments->from_back(taken.back)
                                      : search.segments->from_front(taken.front);
  auto behind = taken;
  ++(taken.has_tail ? behind.back : behind.front);
  const auto literal = literal_child(node, segment);
  auto any = nodes_[node].any;
  if (search.is_cover && form_of(segment) == SegmentForm::Tail) any = 0;
  // Of these two the one with the smaller rule goes first: it may make the other needless.
  const bool is_any_first = any != 0 && first_rule(any, search) < first_rule(literal, search);
  const auto first = is_any_first ? any : literal;
  auto last = is_any_first ? literal : any;
  const auto place = nodes_[node].rare;
  // Most nodes have one child: its way on takes no call.
  if (place == 0 && last == 0) {
    taken = behind;
    return first;
  }
  visit_child(first, behind, search);
  if (place != 0) {
    const auto& rare = rare_[place];
    if (is_any_first) visit_child(std::exchange(last, 0), behind, search);
    visit_parts(rare, segment, behind, search);
    visit_child(std::exchange(last, 0), behind, search);
    visit_child(rare.tail, {taken.front, 0, true}, search);
    visit_betweens(rare, taken, search);
  }
  taken = behind;
  return last;
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
