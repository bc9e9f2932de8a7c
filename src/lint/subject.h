// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "weir/mapping/rule_set.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::lint {

// A rule as written and as built. Borrows from the document and the rule set.
struct Subject {
  const rulefile::YamlNode* entry = nullptr;
  const mapping::Rule* rule = nullptr;

  // The value of a key; null when it is absent or null.
  [[nodiscard]] const rulefile::YamlNode* value(std::string_view key) const;
  // Where the value of a key is, or the rule, when it has none.
  [[nodiscard]] rulefile::Position position(std::string_view key) const;
  // Where a label is.
  [[nodiscard]] rulefile::Position position_of_label(std::string_view label) const;

  [[nodiscard]] bool is_regex() const;
  [[nodiscard]] bool is_drop() const;
  // Whether samples of this kind can reach it.
  [[nodiscard]] bool takes(sample::EventKind kind) const;
  // Whether the rule says itself that it is for timers, histograms and distributions.
  [[nodiscard]] bool is_for_observers() const;
  [[nodiscard]] bool makes_histograms() const;
  // How many captures its pattern has.
  [[nodiscard]] std::size_t captures() const;
  // Its name as written.
  [[nodiscard]] const std::string& name() const;
  // Whether its name is the same for all samples.
  [[nodiscard]] bool has_fixed_name() const;
};

// A mapping file that is in order.
struct File {
  std::string_view text;
  // Null when absent.
  const rulefile::YamlNode* defaults = nullptr;
  std::vector<Subject> rules;
  const mapping::RuleSet* rule_set = nullptr;
  bool is_glob_ordered = true;
};

// Of a map; null when the key is absent or null.
[[nodiscard]] const rulefile::YamlNode* find_key(const rulefile::YamlNode& map,
                                                 std::string_view key);
[[nodiscard]] const rulefile::YamlNode* find_value(const rulefile::YamlNode& map,
                                                   std::string_view key);

}  // namespace weir::lint
