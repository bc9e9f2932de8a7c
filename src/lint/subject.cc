// SPDX-License-Identifier: Apache-2.0
#include "lint/subject.h"

#include <algorithm>

#include "weir/mapping/glob_grammar.h"
#include "weir/mapping/regex.h"

namespace weir::lint {

namespace {

using rulefile::Entry;
using rulefile::NodeKind;
using rulefile::YamlNode;
using sample::EventKind;

const Entry* find_entry(const YamlNode& map, std::string_view key) {
  if (map.kind != NodeKind::Map) return nullptr;
  const auto found = std::ranges::find_if(
      map.entries, [key](const Entry& entry) { return entry.key->text == key; });
  if (found == map.entries.end() || found->value->kind == NodeKind::Null) return nullptr;
  return &*found;
}

}  // namespace

const YamlNode* find_key(const YamlNode& map, std::string_view key) {
  const auto* const entry = find_entry(map, key);
  return entry == nullptr ? nullptr : entry->key;
}

const YamlNode* find_value(const YamlNode& map, std::string_view key) {
  const auto* const entry = find_entry(map, key);
  return entry == nullptr ? nullptr : entry->value;
}

const YamlNode* Subject::value(std::string_view key) const { return find_value(*entry, key); }

rulefile::Position Subject::position(std::string_view key) const {
  const auto* const found = value(key);
  return found == nullptr ? entry->position : found->position;
}

rulefile::Position Subject::position_of_label(std::string_view label) const {
  const auto* const labels = value("labels");
  const auto* const key = labels == nullptr ? nullptr : find_key(*labels, label);
  return key == nullptr ? entry->position : key->position;
}

bool Subject::is_regex() const { return rule->match_type == mapping::MatchType::Regex; }

bool Subject::is_drop() const { return rule->action == mapping::Action::Drop; }

bool Subject::takes(EventKind kind) const {
  return rule->kind ? *rule->kind == kind : kind != EventKind::Set;
}

bool Subject::is_for_observers() const {
  return takes(EventKind::Observer) && (rule->kind || rule->is_observer_type_own);
}

bool Subject::makes_histograms() const {
  return takes(EventKind::Observer) && (rule->observer_type == mapping::ObserverType::Histogram ||
                                        rule->observer_type == mapping::ObserverType::Both);
}

std::size_t Subject::captures() const {
  if (!is_regex()) return mapping::count_captures(rule->match);
  return mapping::Regex(rule->match).group_names().size() - 1;
}

const std::string& Subject::name() const { return rule->name.source(); }

bool Subject::has_fixed_name() const { return name().find('$') == std::string::npos; }

}  // namespace weir::lint
