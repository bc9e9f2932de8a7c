// SPDX-License-Identifier: Apache-2.0
#include "mapping/regex/regex_filter.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "weir/mapping/regex_literals.h"

namespace weir::mapping {

namespace {

using Counts = std::unordered_map<std::string_view, std::size_t>;

// Shorter texts are in too many names to distinguish them, however few patterns ask for them.
constexpr std::size_t kTellingBytes = 3;

Counts count_literals(std::span<const std::vector<LiteralChoice>> required) {
  Counts counts;
  for (const auto& choices : required) {
    for (const auto& choice : choices) {
      for (const auto& literal : choice) ++counts[literal];
    }
  }
  return counts;
}

// The smaller the better: long enough, then asked for by few patterns, then long.
auto cost_of(const LiteralChoice& choice, const Counts& counts) {
  std::size_t shared = 0;
  std::size_t shortest = choice.front().size();
  for (const auto& literal : choice) {
    shared += counts.at(literal);
    shortest = std::min(shortest, literal.size());
  }
  return std::tuple(kTellingBytes - std::min(kTellingBytes, shortest), shared, ~shortest);
}

}  // namespace

// What the filter is built from.
struct RegexFilter::Index {
  explicit Index(std::span<const std::string_view> patterns) : always(patterns.size()) {
    for (const auto pattern : patterns) required.push_back(required_literals(pattern));
    const auto counts = count_literals(required);
    for (std::uint32_t i = 0; i < required.size(); ++i) add(i, counts);
    std::ranges::sort(uses);
    uses.erase(std::unique(uses.begin(), uses.end()), uses.end());
    for (const auto& use : uses) {
      if (literals.empty() || literals.back() != use.first) literals.push_back(use.first);
    }
  }

  void add(std::uint32_t pattern, const Counts& counts) {
    const auto& choices = required[pattern];
    if (choices.empty()) return always.insert(pattern);
    const auto& best = *std::ranges::min_element(
        choices, {}, [&counts](const auto& choice) { return cost_of(choice, counts); });
    for (const auto& literal : best) uses.emplace_back(literal, pattern);
  }

  std::vector<std::vector<LiteralChoice>> required;
  CoarseSet always;
  // Each literal with each pattern that is tried because of it; borrows from `required`.
  std::vector<std::pair<std::string_view, std::uint32_t>> uses;
  std::vector<std::string_view> literals;
};

RegexFilter::RegexFilter(std::span<const std::string_view> patterns)
    : RegexFilter(Index(patterns)) {}

RegexFilter::RegexFilter(const Index& index) : always_(index.always), search_(index.literals) {
  std::string_view literal;
  for (const auto& use : index.uses) {
    if (use.first != literal) first_of_.push_back(static_cast<std::uint32_t>(patterns_.size()));
    literal = use.first;
    patterns_.push_back(use.second);
  }
  first_of_.push_back(static_cast<std::uint32_t>(patterns_.size()));
}

CoarseSet RegexFilter::candidates(std::string_view name) const {
  auto candidates = always_;
  const auto literals = first_of_.size() - 1;
  if (literals == 0) return candidates;
  // Two passes: a literal of many patterns that is in the name many times is followed up once.
  CoarseSet seen(literals);
  search_.find(name, seen);
  for (auto i = seen.next(0); i < literals; i = seen.next(i + 1)) {
    for (auto use = first_of_[i]; use < first_of_[i + 1]; ++use) candidates.insert(patterns_[use]);
  }
  return candidates;
}

}  // namespace weir::mapping
