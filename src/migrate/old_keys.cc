// SPDX-License-Identifier: Apache-2.0
#include "migrate/old_keys.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "migrate/old_references.h"
#include "weir/mapping/glob_grammar.h"
#include "weir/rulefile/fields.h"

namespace weir::migrate {

namespace {

using mapping::ObserverType;
using rulefile::Entry;
using rulefile::NodeKind;
using rulefile::YamlNode;

// Problems have been reported by the load.
const std::string kNoName;

const Entry* find(const YamlNode& map, std::string_view key) {
  if (map.kind != NodeKind::Map) return nullptr;
  const auto found = std::ranges::find_if(
      map.entries, [key](const Entry& entry) { return entry.key->text == key; });
  return found == map.entries.end() ? nullptr : &*found;
}

bool is_given(const YamlNode& value) { return value.kind != NodeKind::Null; }
bool has_items(const YamlNode& value) { return !value.entries.empty(); }
bool is_long(const YamlNode& value) {
  rulefile::Diagnostics unused(kNoName);
  const auto duration = rulefile::read_duration(value, unused);
  return duration && duration->count() != 0;
}
bool is_positive(const YamlNode& value) {
  rulefile::Diagnostics unused(kNoName);
  return rulefile::read_uint32(value, unused).value_or(0) != 0;
}

}  // namespace

struct OldKeys::OldKey {
  std::string_view was;
  // The key of the map that it belongs into today; "" for that in which it is.
  std::string_view parent;
  std::string_view now;
  // Whether a value of today's key leaves the old one without effect.
  bool (*counts)(const YamlNode& value);
  // Rules that make these have no use for it, and today's key would be a fault.
  ObserverType useless_for = ObserverType::Unset;

  [[nodiscard]] std::string path() const {
    return parent.empty() ? std::string(now) : fmt::format("{}.{}", parent, now);
  }
};

const OldKeys::OldKey OldKeys::kMapKeys[3] = {
    {"timer_type", "", "observer_type", is_given},
    {"quantiles", "summary_options", "quantiles", has_items, ObserverType::Histogram},
    {"buckets", "histogram_options", "buckets", has_items, ObserverType::Summary},
};

const OldKeys::OldKey OldKeys::kSummaryKeys[3] = {
    {"max_summary_age", "", "max_age", is_long},
    {"summary_age_buckets", "", "age_buckets", is_positive},
    {"stream_buffer_size", "", "buf_cap", is_positive},
};

void OldKeys::replace_all(const YamlNode& root) {
  const bool is_root_flow = rewriter_.layout().is_flow(root);
  const auto map_of = [&](const YamlNode& node, bool is_in_flow) {
    return MapNode{node, is_in_flow || rewriter_.layout().is_flow(node)};
  };
  const auto* const defaults = find(root, "defaults");
  if (defaults != nullptr) visit_map(map_of(*defaults->value, is_root_flow), nullptr);
  const auto* const mappings = find(root, "mappings");
  if (mappings == nullptr) return;
  const bool is_list_flow = is_root_flow || rewriter_.layout().is_flow(*mappings->value);
  // The loader makes a rule of each item.
  for (std::size_t i = 0; i < mappings->value->entries.size(); ++i) {
    visit_rule(map_of(*mappings->value->entries[i].value, is_list_flow), rules_.rules()[i]);
  }
}

std::vector<Entry> OldKeys::take_own(const YamlNode& map) {
  std::vector<Entry> own;
  own_.clear();
  for (const auto& entry : map.entries) {
    if (!seen_.insert(entry.key).second) continue;
    own_.insert(entry.key);
    own.push_back(entry);
  }
  return own;
}

bool OldKeys::is_own(const Entry& entry) const { return own_.contains(entry.key); }

void OldKeys::visit_rule(const MapNode& map, const mapping::Rule& rule) {
  const auto* const name = find(map.node, "name");
  const auto* const labels = find(map.node, "labels");
  const auto* const type = find(map.node, "match_metric_type");
  if (type != nullptr) visit_metric_type(*type->value);
  if (rule.match_type == mapping::MatchType::Glob && rule.action == mapping::Action::Map) {
    OldReferences references(mapping::count_captures(rule.match), seen_, rewriter_);
    if (name != nullptr) references.replace(*name, map.is_flow);
    if (labels != nullptr && !rewriter_.layout().is_alias(*labels)) {
      const bool is_flow = map.is_flow || rewriter_.layout().is_flow(*labels->value);
      for (const auto& label : labels->value->entries) references.replace(label, is_flow);
    }
  }
  visit_map(map, &rule);
}

void OldKeys::visit_metric_type(const YamlNode& value) {
  if (value.text != "timer" || !seen_.insert(&value).second) return;
  const auto word = rewriter_.layout().word_of(value);
  if (!word) rewriter_.refuse(value.position, "write `match_metric_type: observer`");
  rewriter_.replace(*word, "observer");
  rewriter_.add_change(
      {value.position, "match_metric_type: timer", "match_metric_type: observer", ""});
}

void OldKeys::visit_map(const MapNode& map, const mapping::Rule* rule) {
  const auto own = take_own(map.node);
  for (const auto& entry : own) {
    for (const auto& key : kMapKeys) {
      if (entry.key->text == key.was) replace(entry, key, map, rule);
    }
  }
  const auto* const options = find(map.node, "summary_options");
  if (options == nullptr || options->value->kind != NodeKind::Map) return;
  visit_options({*options->value, map.is_flow || rewriter_.layout().is_flow(*options->value)});
}

void OldKeys::visit_options(const MapNode& map) {
  for (const auto& entry : take_own(map.node)) {
    for (const auto& key : kSummaryKeys) {
      if (entry.key->text == key.was) replace(entry, key, map, nullptr);
    }
  }
}

void OldKeys::replace(const Entry& entry, const OldKey& key, const MapNode& map,
                      const mapping::Rule* rule) {
  if (rule != nullptr && key.useless_for != ObserverType::Unset &&
      rule->observer_type == key.useless_for) {
    rewriter_.remove(
        entry, map,
        fmt::format("as {} have none",
                    key.useless_for == ObserverType::Summary ? "summaries" : "histograms"));
  } else if (key.parent.empty()) {
    rename(entry, key, map);
  } else {
    put_below(entry, key, map);
  }
}

void OldKeys::rename(const Entry& entry, const OldKey& key, const MapNode& map) {
  const auto* const other = find(map.node, key.now);
  if (other != nullptr && key.counts(*other->value)) {
    rewriter_.remove(entry, map, fmt::format("as \"{}\" beside it counts", key.now));
    return;
  }
  if (other != nullptr && is_own(*other))
    rewriter_.remove(*other, map, fmt::format("as \"{}\" beside it counts", key.was));
  rewriter_.rename(entry, key.now);
  rewriter_.add_change({entry.key->position, std::string(key.was), key.path(), ""});
}

void OldKeys::put_below(const Entry& entry, const OldKey& key, const MapNode& map) {
  const auto* const options = find(map.node, key.parent);
  const auto* const other = options == nullptr ? nullptr : find(*options->value, key.now);
  if (other != nullptr && key.counts(*other->value)) {
    rewriter_.remove(entry, map, fmt::format("as \"{}\" beside it counts", key.path()));
    return;
  }
  if (other != nullptr || (options != nullptr && !is_own(*options))) {
    rewriter_.refuse(entry.key->position,
                     fmt::format("\"{}\" belongs into {}, which {}", key.was, key.parent,
                                 other != nullptr ? "has an empty one: remove one of the two"
                                                  : "is merged here: write it out"));
  }
  if (options != nullptr && options->value->kind == NodeKind::Map) {
    rewriter_.move(entry, map, *options);
  } else {
    if (options != nullptr) rewriter_.remove(*options, map, "as it was empty");
    rewriter_.nest(entry, map, key.parent);
  }
  rewriter_.add_change({entry.key->position, std::string(key.was), key.path(), ""});
}

}  // namespace weir::migrate
