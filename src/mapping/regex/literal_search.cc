// SPDX-License-Identifier: Apache-2.0
#include "mapping/regex/literal_search.h"

#include <cassert>
#include <cstring>

namespace weir::mapping {

LiteralSearch::LiteralSearch(std::span<const std::string_view> literals) {
  assert(literals.size() < kNoLiteral);
  std::vector<Subtree> subtrees{{0, static_cast<std::uint32_t>(literals.size()), 0}};
  for (std::uint32_t state = 0; state < states_.size(); ++state) {
    expand(state, literals, subtrees);
  }
}

void LiteralSearch::find(std::string_view text, CoarseSet& seen) const {
  auto state = kRoot;
  for (const auto byte : text) {
    state = step(state, byte);
    for (auto hit = states_[state].hit; hit != kRoot; hit = states_[states_[hit].fallback].hit) {
      seen.insert(states_[hit].literal);
    }
  }
}

void LiteralSearch::expand(std::uint32_t state, std::span<const std::string_view> literals,
                           std::vector<Subtree>& subtrees) {
  auto [begin, end, depth] = subtrees[state];
  states_[state].hit = states_[states_[state].fallback].hit;
  if (begin < end && literals[begin].size() == depth) {
    assert(state != kRoot);
    states_[state].hit = state;
    states_[state].literal = begin++;
  }
  states_[state].first_child = static_cast<std::uint32_t>(states_.size());
  while (begin < end) {
    const auto byte = literals[begin][depth];
    auto next = begin + 1;
    while (next < end && literals[next][depth] == byte) ++next;
    add_child(state, byte);
    subtrees.push_back({begin, next, depth + 1});
    begin = next;
  }
}

void LiteralSearch::add_child(std::uint32_t parent, char byte) {
  assert(states_.size() < UINT32_MAX);
  const auto added = static_cast<std::uint32_t>(states_.size());
  State state;
  // The way back is shorter than the way here: all its states have their children.
  if (parent != kRoot) state.fallback = step(states_[parent].fallback, byte);
  states_.push_back(state);
  bytes_.push_back(byte);
  ++states_[parent].child_count;
  if (parent == kRoot) root_children_[static_cast<unsigned char>(byte)] = added;
}

std::uint32_t LiteralSearch::child(const State& parent, char byte) const {
  if (parent.child_count == 0) return kRoot;
  const auto* const begin = bytes_.data() + parent.first_child;
  const auto* const found = std::memchr(begin, byte, parent.child_count);
  if (found == nullptr) return kRoot;
  return parent.first_child + static_cast<std::uint32_t>(static_cast<const char*>(found) - begin);
}

std::uint32_t LiteralSearch::step(std::uint32_t state, char byte) const {
  while (state != kRoot) {
    const auto next = child(states_[state], byte);
    if (next != kRoot) return next;
    state = states_[state].fallback;
  }
  return root_children_[static_cast<unsigned char>(byte)];
}

}  // namespace weir::mapping
