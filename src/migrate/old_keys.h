// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_set>

#include "migrate/rewriter.h"
#include "weir/mapping/rule_set.h"
#include "weir/rulefile/yaml_document.h"

namespace weir::migrate {

// Replaces what is old in the keys and values of a mapping file, each where it is written: what
// aliases and merges bring into another map is that map's, too. Borrows all that it is given.
class OldKeys {
 public:
  OldKeys(const mapping::RuleSet& rules, Rewriter& rewriter) : rules_(rules), rewriter_(rewriter) {}

  // `root` is that of the document that `rules` was read from.
  void replace_all(const rulefile::YamlNode& root);

 private:
  struct OldKey;
  static const OldKey kMapKeys[3];
  static const OldKey kSummaryKeys[3];

  void visit_rule(const MapNode& map, const mapping::Rule& rule);
  // A rule or `defaults`; null for the latter.
  void visit_map(const MapNode& map, const mapping::Rule* rule);
  void visit_options(const MapNode& map);
  void visit_metric_type(const rulefile::YamlNode& value);
  void replace(const rulefile::Entry& entry, const OldKey& key, const MapNode& map,
               const mapping::Rule* rule);
  void rename(const rulefile::Entry& entry, const OldKey& key, const MapNode& map);
  void put_below(const rulefile::Entry& entry, const OldKey& key, const MapNode& map);
  // The entries that are written here, each of which is visited once.
  std::vector<rulefile::Entry> take_own(const rulefile::YamlNode& map);
  [[nodiscard]] bool is_own(const rulefile::Entry& entry) const;

  const mapping::RuleSet& rules_;
  Rewriter& rewriter_;
  std::unordered_set<const rulefile::YamlNode*> seen_;
  // The keys of the map under way.
  std::unordered_set<const rulefile::YamlNode*> own_;
};

}  // namespace weir::migrate
