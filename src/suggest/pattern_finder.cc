// SPDX-License-Identifier: Apache-2.0
#include "suggest/pattern_finder.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "suggest/parts.h"
#include "suggest/segment_shape.h"
#include "suggest/tails.h"
#include "suggest/totals.h"
#include "suggest/words.h"

namespace weir::suggest {

namespace {

constexpr int kRounds = 3;
// What is kept of a child's last segments.
constexpr std::size_t kLastSegmentsMax = 64;

Piece literal(std::string_view segment) { return {Cover::Literal, std::string(segment)}; }

bool is_dotted(std::string_view segment) { return segment.find('.') != std::string_view::npos; }

void keep_smallest(std::vector<std::size_t>& hashes) {
  std::ranges::sort(hashes);
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  if (hashes.size() > kLastSegmentsMax) hashes.resize(kLastSegmentsMax);
}

// Whether `stem` and a number after it, as in `segment`, are better cut: `cpu0`, `shard_7`, but not
// `web01`.
bool is_part_stem(std::string_view stem, std::string_view segment) {
  if (stem.empty() || stem.size() == segment.size() || shape_of(segment) != Shape::Word)
    return false;
  return stem.back() == '_' || stem.back() == '-' || !thing_label(stem).empty();
}

// Whether all names have one segment at `depth`, and go on.
bool has_one_segment(std::span<const Name> names, const NameIds& ids, std::size_t depth) {
  const auto first = names[ids.front()].segments[depth];
  return ids.size() > 1 && std::ranges::all_of(ids, [&](NameId id) {
           return names[id].segments.size() > depth + 1 && names[id].segments[depth] == first;
         });
}

// Whether the last segments are of a small set of their own, such as states or exit codes, where
// those before them may have dots.
bool has_closed_end(std::span<const Name> names, const NameIds& ids, std::size_t depth) {
  std::unordered_set<std::string_view> ends;
  std::unordered_set<std::string_view> rests;
  std::size_t choices = 0;
  bool are_small_numbers = true;
  for (const auto id : ids) {
    const auto& name = names[id];
    const auto end = name.segments.back();
    if (name.segments.size() < depth + 2) return false;
    ends.insert(end);
    rests.insert(name.beginning(name.segments.size() - 1));
    if (!choice_label(end).empty()) ++choices;
    are_small_numbers = are_small_numbers && end.size() <= 3 && is_id(shape_of(end));
  }
  const bool is_product =
      ends.size() >= 2 && rests.size() >= 2 && ids.size() * 5 >= ends.size() * rests.size() * 3;
  return are_small_numbers || is_product || choices * 5 >= ids.size() * 3;
}

}  // namespace

PatternFinder::PatternFinder(std::span<const Name> names)
    : names_(names), totals_(find_totals(names)) {
  for (const auto& name : names) {
    for (const auto& [key, value] : name.sent->tags) {
      known_.add({}, value);
      known_.add({}, value.substr(0, value.find('.')));
    }
  }
}

std::vector<Pattern> PatternFinder::find(NameIds names) {
  std::erase_if(names, [this](NameId id) { return names_[id].segments.empty(); });
  if (names.empty()) return {};
  for (int round = 0; round < kRounds && (round == 0 || has_learnt_); ++round) {
    has_learnt_ = false;
    found_.clear();
    grow(names, 0);
  }
  return join_tails(std::exchange(found_, {}));
}

std::size_t PatternFinder::last_hash(const Name& name, NameId id) const {
  const auto& total = totals_[id];
  return hash_of_segment(total ? names_[*total].segments.back() : name.segments.back());
}

std::vector<Child> PatternFinder::children_of(const NameIds& names, std::size_t depth) {
  std::vector<Child> children;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const auto id : names) {
    const auto& name = names_[id];
    ++steps_;
    if (name.segments.size() == depth) continue;
    const auto [place, is_new] = places.emplace(name.segments[depth], children.size());
    if (is_new)
      children.push_back({.segment = name.segments[depth], .names = {}, .last_segments = {}});
    auto& child = children[place->second];
    child.names.push_back(id);
    const bool is_end = name.segments.size() == depth + 1;
    (is_end ? child.is_end : child.goes_on) = true;
    if (is_end) continue;
    child.last_segments.push_back(last_hash(name, id));
    child.has_metric = child.has_metric || !is_statistic(name.segments.back());
  }
  for (auto& child : children) keep_smallest(child.last_segments);
  std::ranges::sort(children, {}, &Child::segment);
  return children;
}

// Names end at `depth`, and what goes on from them are their parts.
bool PatternFinder::is_of_totals(const std::vector<Child>& children, std::size_t depth) const {
  std::size_t all = 0;
  std::size_t parts = 0;
  for (const auto& child : children) {
    all += child.names.size();
    parts += static_cast<std::size_t>(std::ranges::count_if(child.names, [&](NameId id) {
      return totals_[id] && names_[*totals_[id]].segments.size() <= depth;
    }));
  }
  return parts * 5 >= all * 4;
}

void PatternFinder::grow_with(Piece piece, const NameIds& names, std::size_t depth) {
  before_.push_back(std::move(piece));
  grow(names, depth);
  before_.pop_back();
}

void PatternFinder::grow(const NameIds& names, std::size_t depth) {
  NameIds ended;
  NameIds rest;
  for (const auto id : names) (names_[id].segments.size() == depth ? ended : rest).push_back(id);
  if (!ended.empty()) add(before_, ended);
  if (rest.empty()) return;
  auto children = children_of(rest, depth);
  if (!before_.empty() && is_of_totals(children, depth)) {
    spread(rest, depth);
    return;
  }
  const Place place{names_[rest.front()].segments.front(), before_, !ended.empty()};
  const auto varies = find_varying(children, place, known_);
  std::vector<Child> varying;
  std::vector<Child> literals;
  for (std::size_t i = 0; i < children.size(); ++i) {
    (varies[i] ? varying : literals).push_back(std::move(children[i]));
  }
  grow_literals(std::move(literals), place, depth);
  grow_varying(varying, depth);
}

void PatternFinder::grow_literals(std::vector<Child> literals, const Place& place,
                                  std::size_t depth) {
  for (auto& branch : find_branches(std::move(literals), place, names_)) {
    if (branch.total) {
      for (const auto id : branch.names) totals_[id] = branch.total;
    }
    grow_with(std::move(branch.piece), branch.names, depth + 1);
  }
}

void PatternFinder::grow_varying(const std::vector<Child>& varying, std::size_t depth) {
  if (varying.empty()) return;
  NameIds all;
  NameIds dotted;
  auto stem = varying.front().segment.substr(0, stem_length(varying.front().segment));
  for (const auto& child : varying) {
    auto& names = is_dotted(child.segment) ? dotted : all;
    names.insert(names.end(), child.names.begin(), child.names.end());
    if (child.segment.substr(0, stem_length(child.segment)) != stem) stem = {};
    learn(names_[child.names.front()].segments.front(), child.segment);
  }
  if (!dotted.empty()) grow_with({Cover::Tail, ""}, dotted, depth + 1);
  if (all.empty()) return;
  auto piece = varying.size() > 1 && is_part_stem(stem, varying.front().segment)
                   ? Piece{Cover::Part, std::string(stem)}
                   : Piece{Cover::Any, ""};
  grow_with(std::move(piece), all, depth + 1);
}

// All that comes at `depth` and after it varies.
void PatternFinder::spread(const NameIds& names, std::size_t depth) {
  const auto& first = names_[names.front()];
  const bool is_known = known_.has(first.segments.front(), first.segments[depth]);
  if (has_one_segment(names_, names, depth) && !is_known) {
    before_.push_back(literal(first.segments[depth]));
    spread(names, depth + 1);
    before_.pop_back();
    return;
  }
  const auto has_end = has_closed_end(names_, names, depth);
  std::unordered_map<std::size_t, NameIds> by_length;
  for (const auto id : names) {
    by_length[names_[id].segments.size() - depth].push_back(id);
    for (auto i = depth; i < names_[id].segments.size(); ++i) {
      learn(first.segments.front(), names_[id].segments[i]);
    }
  }
  for (auto& [length, ids] : by_length) {
    auto pieces = before_;
    for (std::size_t i = 0; i < length; ++i) pieces.push_back({Cover::Any, ""});
    if (has_end && by_length.size() > 1) pieces.back().is_apart = true;
    add(std::move(pieces), std::move(ids));
  }
}

void PatternFinder::learn(std::string_view first_segment, std::string_view id) {
  if (known_.add(first_segment, id)) has_learnt_ = true;
}

void PatternFinder::add(Pieces pieces, NameIds names) {
  Pattern pattern{std::move(pieces), std::move(names), {}};
  const auto& first = totals_[pattern.names.front()];
  const bool is_of_one =
      std::ranges::all_of(pattern.names, [&](NameId id) { return totals_[id].has_value(); });
  if (is_of_one) pattern.total = first;
  found_.push_back(std::move(pattern));
}

}  // namespace weir::suggest
