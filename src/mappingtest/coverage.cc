// SPDX-License-Identifier: Apache-2.0
#include "weir/mappingtest/coverage.h"

namespace weir::mappingtest {

void Coverage::add(const FileResult& result, const mapping::RuleSet& rules) {
  auto& entries = entries_[result.mapping];
  for (const auto& rule : rules.rules()) {
    // Only the first result of a mapping file brings its rules.
    if (rule.index == entries.size()) entries.push_back({{rule.index, rule.line, rule.match}});
  }
  for (const auto& test : result.tests) {
    for (const auto& sample : test.samples) {
      if (sample.rule) entries.at(sample.rule->index).is_used = true;
    }
  }
}

std::vector<Coverage::Mapping> Coverage::mappings() const {
  std::vector<Mapping> mappings;
  mappings.reserve(entries_.size());
  for (const auto& [file, entries] : entries_) {
    auto& mapping = mappings.emplace_back(Mapping{file, entries.size(), {}});
    for (const auto& entry : entries) {
      if (!entry.is_used) mapping.unused.push_back(entry.rule);
    }
  }
  return mappings;
}

}  // namespace weir::mappingtest
