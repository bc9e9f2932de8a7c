// SPDX-License-Identifier: Apache-2.0
#include "weir/mapping/reachability.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "mapping/glob/glob_trie.h"
#include "mapping/regex/regex_outline.h"
#include "weir/sample/sample.h"

namespace weir::mapping {

namespace {

using sample::EventKind;

constexpr std::array<EventKind, sample::kEventKindCount> kEventKinds{
    EventKind::Counter, EventKind::Gauge, EventKind::Observer, EventKind::Set};
// Trie nodes that one check may visit: tens of milliseconds.
constexpr std::size_t kStatesMax = 5'000'000;

bool meets(const Rule& rule, EventKind kind, bool reads_sets) {
  return rule.kind ? *rule.kind == kind : kind != EventKind::Set || reads_sets;
}

// Asks `cover_of(kind)` for each kind that the rule meets: all must be covered, and the first cover
// is named.
template <class CoverOf>
std::optional<std::uint32_t> cover_of_all_kinds(const Rule& rule, bool reads_sets,
                                                CoverOf cover_of) {
  std::optional<std::uint32_t> first;
  for (const auto kind : kEventKinds) {
    if (!meets(rule, kind, reads_sets)) continue;
    const std::uint32_t cover = cover_of(kind);
    if (cover == GlobTrie::kNoRule) return std::nullopt;
    first = std::min(first.value_or(cover), cover);
  }
  return first;
}

std::vector<Shadowed> shadowed_in_file_order(std::span<const Rule> rules, bool reads_sets) {
  std::vector<Shadowed> shadowed;
  const GlobTrie trie(rules, GlobTrie::Preference::FileOrder);
  std::size_t states = 0;
  for (std::uint32_t i = 0; i < rules.size() && states < kStatesMax; ++i) {
    if (rules[i].match_type != MatchType::Glob) continue;
    const auto by = cover_of_all_kinds(rules[i], reads_sets, [&](EventKind kind) {
      const auto hit = trie.find_cover(rules[i], kind, i);
      states += hit.states;
      return hit.rule;
    });
    if (by) shadowed.push_back({i, *by});
  }
  return shadowed;
}

std::vector<Shadowed> repeated(std::span<const Rule> rules, bool reads_sets) {
  std::vector<Shadowed> shadowed;
  // By glob: its rules so far that can match.
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> earlier;
  std::size_t states = 0;
  for (std::uint32_t i = 0; i < rules.size() && states < kStatesMax; ++i) {
    if (rules[i].match_type != MatchType::Glob) continue;
    const auto tags = as_tags(rules[i].match_tags);
    auto& equal = earlier[rules[i].match];
    const auto by = cover_of_all_kinds(rules[i], reads_sets, [&](EventKind kind) {
      const auto cover = std::ranges::find_if(equal, [&](std::uint32_t other) {
        ++states;
        return rules[other].kind.value_or(kind) == kind && satisfy(tags, rules[other].match_tags);
      });
      return cover == equal.end() ? GlobTrie::kNoRule : *cover;
    });
    by ? shadowed.push_back({i, *by}) : equal.push_back(i);
  }
  return shadowed;
}

}  // namespace

std::vector<Shadowed> find_shadowed(std::span<const Rule> rules,
                                    const MatchConditions& conditions) {
  return conditions.is_glob_ordered ? shadowed_in_file_order(rules, conditions.reads_sets)
                                    : repeated(rules, conditions.reads_sets);
}

std::vector<Shadowed> find_regexes_behind_globs(std::span<const Rule> rules,
                                                const MatchConditions& conditions) {
  std::vector<Shadowed> shadowed;
  const auto globs_end = static_cast<std::uint32_t>(rules.size());
  std::optional<GlobTrie> trie;
  std::size_t states = 0;
  for (std::uint32_t i = 0; i < rules.size() && states < kStatesMax; ++i) {
    if (rules[i].match_type != MatchType::Regex) continue;
    const auto outline = glob_around(rules[i].match);
    if (!outline) continue;
    Rule wider = rules[i];
    wider.match = *outline;
    if (!trie) trie.emplace(rules, GlobTrie::Preference::FileOrder);
    const auto by = cover_of_all_kinds(wider, conditions.reads_sets, [&](EventKind kind) {
      const auto hit = trie->find_cover(wider, kind, globs_end);
      states += hit.states;
      return hit.rule;
    });
    if (by) shadowed.push_back({i, *by});
  }
  return shadowed;
}

}  // namespace weir::mapping
