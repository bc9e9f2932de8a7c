// SPDX-License-Identifier: Apache-2.0
#include "rulefile/extension_keys.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "rulefile/label_check.h"
#include "weir/base/similar.h"
#include "weir/rulefile/fields.h"
#include "weir/rulefile/key_table.h"

namespace weir::rulefile {

namespace {

// More entries in one of these keys are refused: each tag of a new name is held against all.
constexpr std::size_t kEntriesMax = 1'000;

bool has_too_many(const YamlNode& node, std::string_view key, Diagnostics& diagnostics) {
  if (node.entries.size() <= kEntriesMax) return false;
  diagnostics.error(node.entries[kEntriesMax].value->position,
                    fmt::format("more than {} entries in {}, remove some", kEntriesMax, key));
  return true;
}

void build_dropped_tag(const YamlNode& node, mapping::TagRules& tags, Diagnostics& diagnostics) {
  const auto text = read_text(node, diagnostics);
  if (node.kind != NodeKind::Null && !text) return;
  std::string_view key = text.value_or("");
  if (key.empty()) {
    diagnostics.error(node.position, "empty entry in drop_tags, write a tag key, or remove it");
    return;
  }
  const bool is_prefix = key.ends_with('*');
  if (is_prefix) key.remove_suffix(1);
  if (key.find('*') != std::string_view::npos) {
    diagnostics.error(node.position,
                      fmt::format("invalid entry \"{}\" in drop_tags, write a tag key, "
                                  "with a `*` at its end at most",
                                  printable(*text)));
    return;
  }
  (is_prefix ? tags.dropped_prefixes : tags.dropped_keys).emplace_back(key);
}

void build_dropped_tags(const YamlNode& node, mapping::Rule& rule, Diagnostics& diagnostics) {
  rule.tags.dropped_keys.clear();
  rule.tags.dropped_prefixes.clear();
  if (!is_list(node, "drop_tags", diagnostics) || has_too_many(node, "drop_tags", diagnostics))
    return;
  for (const auto& entry : node.entries) build_dropped_tag(*entry.value, rule.tags, diagnostics);
}

void fault_dropped(const YamlNode& from, bool is_inherited, Diagnostics& diagnostics) {
  diagnostics.error(from.position,
                    fmt::format("tag \"{}\" is dropped by drop_tags{} before it can be renamed, {}",
                                printable(from.text), is_inherited ? " of defaults" : "",
                                is_inherited ? "give this mapping a drop_tags of its own without it"
                                             : "remove it from one of the two"));
}

void build_rename(const Entry& entry, bool inherits_drops, base::NameValidation names,
                  mapping::Rule& rule, Diagnostics& diagnostics) {
  const YamlNode& from = *entry.key;
  const YamlNode& to = *entry.value;
  if (from.text.empty() || from.text.find('*') != std::string::npos) {
    diagnostics.error(from.position,
                      fmt::format("invalid tag key \"{}\" in rename_tags, write one key "
                                  "as it is sent, without `*`",
                                  printable(from.text)));
    return;
  }
  if (rule.tags.drops(from.text)) {
    fault_dropped(from, inherits_drops, diagnostics);
    return;
  }
  const auto text = read_text(to, diagnostics);
  if (to.kind != NodeKind::Null && !text) return;
  check_label_name(text.value_or(""), to.position, names, rule, diagnostics);
  rule.tags.renames.push_back({from.text, std::string(text.value_or(""))});
}

// After the dropped ones.
void build_renames(const YamlNode& node, bool inherits_drops, base::NameValidation names,
                   mapping::Rule& rule, Diagnostics& diagnostics) {
  rule.tags.renames.clear();
  if (!is_map(node, "rename_tags", diagnostics) || has_too_many(node, "rename_tags", diagnostics)) {
    return;
  }
  for (const auto& entry : node.entries)
    build_rename(entry, inherits_drops, names, rule, diagnostics);
}

// What names of metrics end in, without prefixes such as kilo.
constexpr std::array<std::string_view, 9> kBaseUnits = {
    "seconds", "bytes", "ratio", "celsius", "meters", "volts", "amperes", "joules", "grams"};

std::optional<double> units_per_second(std::string_view unit) {
  if (unit == "s") return 1;
  if (unit == "ms") return mapping::kMillisecondsPerSecond;
  if (unit == "us") return mapping::kMicrosecondsPerSecond;
  return std::nullopt;
}

void build_unit(const YamlNode& node, mapping::Rule& rule, Diagnostics& diagnostics) {
  const auto text = read_text(node, diagnostics);
  if (!text) return;
  if (std::ranges::find(kBaseUnits, *text) != kBaseUnits.end()) {
    rule.unit = *text;
    return;
  }
  const auto units = units_per_second(*text);
  if (!units) {
    diagnostics.error(
        node.position,
        fmt::format("invalid unit \"{}\", write s, ms or us for timers, or for others "
                    "one of {}",
                    printable(*text), fmt::join(kBaseUnits, ", ")));
    return;
  }
  if (rule.kind.value_or(sample::EventKind::Observer) != sample::EventKind::Observer) {
    diagnostics.error(
        node.position,
        fmt::format("unit {} is for timers, and this rule takes none, write a base unit "
                    "such as bytes, or set match_metric_type to observer",
                    *text));
    return;
  }
  rule.timer_units_per_second = *units;
}

void build_distribution_unit(const YamlNode& node, mapping::Rule& rule, Diagnostics& diagnostics) {
  const auto text = read_text(node, diagnostics);
  if (!text) return;
  const auto units = units_per_second(*text);
  if (!units) {
    diagnostics.error(
        node.position,
        fmt::format("invalid distribution_unit \"{}\", write s, ms or us", printable(*text)));
    return;
  }
  if (rule.kind.value_or(sample::EventKind::Observer) != sample::EventKind::Observer) {
    diagnostics.error(node.position,
                      "distribution_unit is for distributions, and this rule takes none, leave it "
                      "out, or set match_metric_type to observer");
    return;
  }
  rule.distribution_units_per_second = units;
}

void build_as(const YamlNode& node, mapping::Rule& rule, Diagnostics& diagnostics) {
  const auto text = read_text(node, diagnostics);
  if (!text) return;
  if (*text != "gauge" && *text != "set") {
    diagnostics.error(node.position,
                      fmt::format("invalid value \"{}\" of as, write gauge or set, or "
                                  "leave the key out",
                                  printable(*text)));
    return;
  }
  if (rule.kind.value_or(sample::EventKind::Counter) != sample::EventKind::Counter) {
    diagnostics.error(node.position,
                      "as is for counters, and this rule takes none, remove as or set "
                      "match_metric_type to counter");
    return;
  }
  (*text == "gauge" ? rule.is_up_down : rule.is_total) = true;
}

void build_on_conflict(const YamlNode& node, mapping::Rule& rule, Diagnostics& diagnostics) {
  const auto text = read_text(node, diagnostics);
  if (!text) return;
  if (*text != "suffix" && *text != "drop") {
    diagnostics.error(node.position,
                      fmt::format("invalid value \"{}\" of on_conflict, write suffix or "
                                  "drop, or leave the key out",
                                  printable(*text)));
    return;
  }
  rule.on_conflict = *text == "suffix" ? mapping::OnConflict::Suffix : mapping::OnConflict::Drop;
}

// A key that says yes or no about the gauges of a rule.
std::optional<bool> read_gauge_switch(const YamlNode* node, std::string_view key,
                                      const mapping::Rule& rule, Diagnostics& diagnostics) {
  if (node == nullptr) return std::nullopt;
  const auto read = read_bool(*node, diagnostics);
  if (!read) return std::nullopt;
  if (rule.kind.value_or(sample::EventKind::Gauge) != sample::EventKind::Gauge) {
    diagnostics.error(node->position,
                      fmt::format("{} is for gauges, and this rule takes none, remove {} or set "
                                  "match_metric_type to gauge",
                                  key, key));
    return std::nullopt;
  }
  return read;
}

void build_gauge_switches(const ExtensionKeysDraft& draft, mapping::Rule& rule,
                          Diagnostics& diagnostics) {
  const auto is_relative =
      read_gauge_switch(draft.relative_gauges, "relative_gauges", rule, diagnostics);
  rule.has_relative_gauges = is_relative.value_or(rule.has_relative_gauges);
  const auto honors =
      read_gauge_switch(draft.honor_timestamps, "honor_timestamps", rule, diagnostics);
  if (honors) rule.honors_timestamps = honors;
}

// In the order of `mapping::WindowStatistic`.
constexpr std::array<std::string_view, 3> kStatistics{"min", "max", "stddev"};

std::string hint_of_statistic(std::string_view word) {
  if (word == "mean" || word == "avg" || word == "average") {
    return "divide the rate of `_sum` by that of `_count`, or write min, max or stddev";
  }
  if (word == "sum" || word == "count") return "it is there anyway, write min, max or stddev";
  const auto nearest = base::most_similar(word, kStatistics);
  if (!nearest.empty()) return fmt::format("did you mean \"{}\"?", nearest);
  return "write min, max or stddev";
}

void build_published_statistic(const YamlNode& node, mapping::Rule& rule,
                               Diagnostics& diagnostics) {
  const auto text = read_text(node, diagnostics);
  if (node.kind != NodeKind::Null && !text) return;
  const auto* const known = std::ranges::find(kStatistics, text.value_or(""));
  if (known == kStatistics.end()) {
    diagnostics.error(node.position,
                      fmt::format("unknown entry \"{}\" in publish", printable(text.value_or(""))),
                      hint_of_statistic(text.value_or("")));
    return;
  }
  const auto statistic = static_cast<mapping::WindowStatistic>(known - kStatistics.begin());
  if (std::ranges::find(rule.publish, statistic) != rule.publish.end()) {
    diagnostics.error(node.position, fmt::format("{} is in publish already", *text),
                      "remove one of the two");
    return;
  }
  rule.publish.push_back(statistic);
}

void build_published(const YamlNode& node, mapping::Rule& rule, Diagnostics& diagnostics) {
  rule.publish.clear();
  if (!is_list(node, "publish", diagnostics)) return;
  for (const auto& entry : node.entries) {
    build_published_statistic(*entry.value, rule, diagnostics);
  }
  std::ranges::sort(rule.publish);
  const bool takes_observers =
      rule.kind.value_or(sample::EventKind::Observer) == sample::EventKind::Observer;
  if (takes_observers || node.entries.empty()) return;
  diagnostics.error(node.position,
                    "publish is for timers, histograms and distributions, and this rule takes "
                    "none, remove publish or set match_metric_type to observer");
}

struct SetOptionsDraft {
  std::optional<std::chrono::nanoseconds> window;
};

constexpr std::array<Key<SetOptionsDraft>, 1> kSetOptionsKeys{{
    {"window",
     [](const YamlNode& value, SetOptionsDraft& draft, Diagnostics& diagnostics) {
       draft.window = read_duration(value, diagnostics);
       if (!draft.window || draft.window->count() > 0) return;
       diagnostics.error(value.position,
                         fmt::format("window `{}` is not above 0", printable(value.text)),
                         "write a duration such as 1m");
     }},
}};

void build_set_options(const YamlNode& node, mapping::Rule& rule, Diagnostics& diagnostics) {
  SetOptionsDraft draft;
  read_map<SetOptionsDraft>(node, "set_options", kSetOptionsKeys, draft, diagnostics);
  if (draft.window) rule.set_window = draft.window;
  if (rule.kind.value_or(sample::EventKind::Set) == sample::EventKind::Set) return;
  diagnostics.error(node.position,
                    "set_options is for sets, and this rule takes none, remove set_options or set "
                    "match_metric_type to set");
}

}  // namespace

void build_extension_keys(const ExtensionKeysDraft& draft, const mapping::Defaults& defaults,
                          base::NameValidation names, mapping::Rule& rule,
                          Diagnostics& diagnostics) {
  rule.tags = defaults.tags;
  rule.on_conflict = defaults.on_conflict;
  rule.has_relative_gauges = defaults.has_relative_gauges;
  rule.honors_timestamps = defaults.honors_timestamps;
  rule.publish = defaults.publish;
  rule.set_window = defaults.set_window;
  const bool inherits_drops = draft.drop_tags == nullptr;
  if (!inherits_drops) build_dropped_tags(*draft.drop_tags, rule, diagnostics);
  if (draft.rename_tags != nullptr) {
    build_renames(*draft.rename_tags, inherits_drops, names, rule, diagnostics);
  }
  if (draft.unit != nullptr) build_unit(*draft.unit, rule, diagnostics);
  if (draft.distribution_unit != nullptr) {
    build_distribution_unit(*draft.distribution_unit, rule, diagnostics);
  }
  if (draft.as != nullptr) build_as(*draft.as, rule, diagnostics);
  if (draft.max_series != nullptr) {
    rule.series_max = read_count(*draft.max_series, diagnostics).value_or(rule.series_max);
  }
  if (draft.on_conflict != nullptr) build_on_conflict(*draft.on_conflict, rule, diagnostics);
  build_gauge_switches(draft, rule, diagnostics);
  if (draft.publish != nullptr) build_published(*draft.publish, rule, diagnostics);
  if (draft.set_options != nullptr) build_set_options(*draft.set_options, rule, diagnostics);
}

void build_extension_keys(const ExtensionKeysDraft& draft, base::NameValidation names,
                          mapping::Defaults& defaults, Diagnostics& diagnostics) {
  mapping::Rule unmapped;
  unmapped.observer_type = defaults.observer_type;
  build_extension_keys(draft, mapping::Defaults(), names, unmapped, diagnostics);
  defaults.tags = std::move(unmapped.tags);
  defaults.on_conflict = unmapped.on_conflict;
  defaults.has_relative_gauges = unmapped.has_relative_gauges;
  defaults.honors_timestamps = unmapped.honors_timestamps;
  defaults.publish = std::move(unmapped.publish);
  defaults.set_window = unmapped.set_window;
}

}  // namespace weir::rulefile
