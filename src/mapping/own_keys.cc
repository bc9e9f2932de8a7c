// SPDX-License-Identifier: Apache-2.0
#include "mapping/own_keys.h"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "mapping/fields.h"
#include "mapping/label_check.h"

namespace weir::mapping {

namespace {

// More entries in one of these keys are refused: each tag of a new name is held against all.
constexpr std::size_t kEntriesMax = 1'000;

bool has_too_many(const YamlNode& node, std::string_view key, Findings& findings) {
  if (node.entries.size() <= kEntriesMax) return false;
  findings.fault(node.entries[kEntriesMax].value->place,
                 fmt::format("more than {} entries in {}, remove some", kEntriesMax, key));
  return true;
}

void build_dropped_tag(const YamlNode& node, TagRules& tags, Findings& findings) {
  const auto text = read_text(node, findings);
  if (node.kind != NodeKind::Null && !text) return;
  std::string_view key = text.value_or("");
  if (key.empty()) {
    findings.fault(node.place, "empty entry in drop_tags, write a tag key, or remove it");
    return;
  }
  const bool is_prefix = key.ends_with('*');
  if (is_prefix) key.remove_suffix(1);
  if (key.find('*') != std::string_view::npos) {
    findings.fault(node.place, fmt::format("invalid entry \"{}\" in drop_tags, write a tag key, "
                                           "with a `*` at its end at most",
                                           shown(*text)));
    return;
  }
  (is_prefix ? tags.dropped_prefixes : tags.dropped_keys).emplace_back(key);
}

void build_dropped_tags(const YamlNode& node, Rule& rule, Findings& findings) {
  rule.tags.dropped_keys.clear();
  rule.tags.dropped_prefixes.clear();
  if (!is_list(node, "drop_tags", findings) || has_too_many(node, "drop_tags", findings)) return;
  for (const auto& entry : node.entries) build_dropped_tag(*entry.value, rule.tags, findings);
}

void fault_dropped(const YamlNode& from, bool is_inherited, Findings& findings) {
  findings.fault(from.place,
                 fmt::format("tag \"{}\" is dropped by drop_tags{} before it can be renamed, {}",
                             shown(from.text), is_inherited ? " of defaults" : "",
                             is_inherited ? "give this mapping a drop_tags of its own without it"
                                          : "remove it from one of the two"));
}

void build_rename(const YamlNode& from, const YamlNode& to, bool inherits_drops, Rule& rule,
                  Findings& findings) {
  if (from.text.empty() || from.text.find('*') != std::string::npos) {
    findings.fault(from.place, fmt::format("invalid tag key \"{}\" in rename_tags, write one key "
                                           "as it is sent, without `*`",
                                           shown(from.text)));
    return;
  }
  if (rule.tags.drops(from.text)) {
    fault_dropped(from, inherits_drops, findings);
    return;
  }
  const auto text = read_text(to, findings);
  if (to.kind != NodeKind::Null && !text) return;
  check_label_name(text.value_or(""), to.place, rule, findings);
  rule.tags.renames.push_back({from.text, std::string(text.value_or(""))});
}

// After the dropped ones.
void build_renames(const YamlNode& node, bool inherits_drops, Rule& rule, Findings& findings) {
  rule.tags.renames.clear();
  if (!is_map(node, "rename_tags", findings) || has_too_many(node, "rename_tags", findings)) {
    return;
  }
  for (const auto& [from, to] : node.entries)
    build_rename(*from, *to, inherits_drops, rule, findings);
}

std::optional<double> units_per_second(std::string_view unit) {
  if (unit == "s") return 1;
  if (unit == "ms") return kMillisecondsPerSecond;
  if (unit == "us") return kMicrosecondsPerSecond;
  return std::nullopt;
}

void build_unit(const YamlNode& node, Rule& rule, Findings& findings) {
  const auto text = read_text(node, findings);
  if (!text) return;
  const auto units = units_per_second(*text);
  if (!units) {
    findings.fault(node.place, fmt::format("invalid unit \"{}\", write s, ms or us", shown(*text)));
    return;
  }
  if (rule.kind.value_or(statsd::EventKind::Observer) != statsd::EventKind::Observer) {
    findings.fault(node.place,
                   "unit is for timers, and this rule takes none, remove unit or set "
                   "match_metric_type to observer");
    return;
  }
  rule.timer_units_per_second = *units;
}

void build_as(const YamlNode& node, Rule& rule, Findings& findings) {
  const auto text = read_text(node, findings);
  if (!text) return;
  if (*text != "gauge" && *text != "set") {
    findings.fault(node.place, fmt::format("invalid value \"{}\" of as, write gauge or set, or "
                                           "leave the key out",
                                           shown(*text)));
    return;
  }
  if (rule.kind.value_or(statsd::EventKind::Counter) != statsd::EventKind::Counter) {
    findings.fault(node.place,
                   "as is for counters, and this rule takes none, remove as or set "
                   "match_metric_type to counter");
    return;
  }
  (*text == "gauge" ? rule.is_up_and_down : rule.is_total) = true;
}

void build_on_conflict(const YamlNode& node, Rule& rule, Findings& findings) {
  const auto text = read_text(node, findings);
  if (!text) return;
  if (*text != "suffix" && *text != "drop") {
    findings.fault(node.place, fmt::format("invalid value \"{}\" of on_conflict, write suffix or "
                                           "drop, or leave the key out",
                                           shown(*text)));
    return;
  }
  rule.on_conflict = *text == "suffix" ? OnConflict::Suffix : OnConflict::Drop;
}

}  // namespace

void build_own_keys(const OwnKeysDraft& draft, const Defaults& defaults, Rule& rule,
                    Findings& findings) {
  rule.tags = defaults.tags;
  rule.on_conflict = defaults.on_conflict;
  const bool inherits_drops = draft.drop_tags == nullptr;
  if (!inherits_drops) build_dropped_tags(*draft.drop_tags, rule, findings);
  if (draft.rename_tags != nullptr) {
    build_renames(*draft.rename_tags, inherits_drops, rule, findings);
  }
  if (draft.unit != nullptr) build_unit(*draft.unit, rule, findings);
  if (draft.as != nullptr) build_as(*draft.as, rule, findings);
  if (draft.max_series != nullptr) {
    rule.series_max = read_count(*draft.max_series, findings).value_or(rule.series_max);
  }
  if (draft.on_conflict != nullptr) build_on_conflict(*draft.on_conflict, rule, findings);
}

void build_own_keys(const OwnKeysDraft& draft, Defaults& defaults, Findings& findings) {
  Rule unmapped;
  unmapped.observer_type = defaults.observer_type;
  build_own_keys(draft, Defaults(), unmapped, findings);
  defaults.tags = std::move(unmapped.tags);
  defaults.on_conflict = unmapped.on_conflict;
}

}  // namespace weir::mapping
