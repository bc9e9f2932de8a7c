// SPDX-License-Identifier: Apache-2.0
#include "rulefile/rule_draft.h"

#include <array>

#include <fmt/core.h>

#include "rulefile/match_tags.h"
#include "weir/rulefile/fields.h"
#include "weir/rulefile/key_table.h"

namespace weir::rulefile {

namespace {

std::optional<mapping::ObserverType> read_observer_type(const YamlNode& value,
                                                        Diagnostics& diagnostics) {
  const auto text = read_text(value, diagnostics);
  if (!text) return std::nullopt;
  if (*text == "histogram") return mapping::ObserverType::Histogram;
  if (*text == "both") return mapping::ObserverType::Both;
  // An explicit empty string is a summary, as in the reference.
  if (*text == "summary" || text->empty()) return mapping::ObserverType::Summary;
  diagnostics.error(value.position, fmt::format("invalid observer type '{}'", printable(*text)),
                    "write histogram, summary or both");
  return std::nullopt;
}

std::optional<mapping::MatchType> read_match_type(const YamlNode& value, Diagnostics& diagnostics) {
  const auto text = read_text(value, diagnostics);
  if (!text) return std::nullopt;
  if (*text == "regex") return mapping::MatchType::Regex;
  if (*text == "glob" || text->empty()) return mapping::MatchType::Glob;
  diagnostics.error(value.position, fmt::format("invalid match type \"{}\"", printable(*text)),
                    "write glob or regex");
  return std::nullopt;
}

mapping::Action read_action(const YamlNode& value, Diagnostics& diagnostics) {
  const auto text = read_text(value, diagnostics).value_or("");
  if (text == "drop") return mapping::Action::Drop;
  if (text != "map" && !text.empty()) {
    diagnostics.error(value.position, fmt::format("invalid action type \"{}\"", printable(text)),
                      "write map or drop");
  }
  return mapping::Action::Map;
}

std::optional<sample::EventKind> read_kind(const YamlNode& value, Diagnostics& diagnostics) {
  const auto text = read_text(value, diagnostics);
  if (!text) return std::nullopt;
  if (*text == "counter") return sample::EventKind::Counter;
  if (*text == "gauge") return sample::EventKind::Gauge;
  if (*text == "observer") return sample::EventKind::Observer;
  if (*text == "set") return sample::EventKind::Set;
  if (*text == "timer") {
    diagnostics.warn_once(DiagnosticKind::OldKey, value.position,
                          "match_metric_type \"timer\" is from older releases",
                          "use \"observer\" instead");
    return sample::EventKind::Observer;
  }
  diagnostics.error(value.position, fmt::format("invalid metric type '{}'", printable(*text)),
                    "write counter, gauge, observer or set, or leave the key out");
  return std::nullopt;
}

const YamlNode* unless_null(const YamlNode& value) {
  return value.kind == NodeKind::Null ? nullptr : &value;
}

const YamlNode* text_node(const YamlNode& value, Diagnostics& diagnostics) {
  return read_text(value, diagnostics) ? &value : nullptr;
}

// Keys that `defaults` and an item of `mappings` have in common. A key of older releases never
// beats its replacement, wherever that is.
template <class Draft>
void on_observer_type(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  if (const auto read = read_observer_type(value, diagnostics)) draft.observer_type = read;
}
template <class Draft>
void on_timer_type(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  const auto old = read_observer_type(value, diagnostics);
  if (!draft.observer_type) draft.observer_type = old;
}
template <class Draft>
void on_match_type(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  draft.match_type = read_match_type(value, diagnostics);
}
template <class Draft>
void on_ttl(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  draft.ttl = read_duration(value, diagnostics);
  if (!draft.ttl || draft.ttl->count() >= 0) return;
  diagnostics.error(value.position, fmt::format("ttl `{}` is negative", printable(value.text)),
                    "write a positive duration, or 0 for series that never expire");
}
template <class Draft>
void on_summary_options(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  draft.summary_options = unless_null(value);
  read_summary_options(value, draft.summary, diagnostics);
}
template <class Draft>
void on_histogram_options(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  read_histogram_options(value, draft.histogram, diagnostics);
}
void on_rule_histogram_options(const YamlNode& value, RuleDraft& draft, Diagnostics& diagnostics) {
  draft.histogram_options = unless_null(value);
  on_histogram_options(value, draft, diagnostics);
}
template <class Draft>
void on_quantiles(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  auto old = read_quantiles(value, diagnostics);
  if (!draft.summary.quantiles) draft.summary.quantiles = std::move(old);
}
template <class Draft>
void on_buckets(const YamlNode& value, Draft& draft, Diagnostics& diagnostics) {
  auto old = read_buckets(value, diagnostics);
  if (!draft.histogram.buckets) draft.histogram.buckets = std::move(old);
}

template <class Draft, const YamlNode* ExtensionKeysDraft::*kKey>
void on_extension_key(const YamlNode& value, Draft& draft, Diagnostics& /*diagnostics*/) {
  draft.extensions.*kKey = unless_null(value);
}

constexpr std::array<Key<DefaultsDraft>, 16> kDefaultsKeys{{
    {"observer_type", on_observer_type<DefaultsDraft>},
    {"match_type",
     [](const YamlNode& value, DefaultsDraft& draft, Diagnostics& diagnostics) {
       on_match_type(value, draft, diagnostics);
       draft.is_match_type_known = draft.match_type || value.kind == NodeKind::Null;
     }},
    {"glob_disable_ordering",
     [](const YamlNode& value, DefaultsDraft& draft, Diagnostics& diagnostics) {
       draft.glob_disable_ordering = read_bool(value, diagnostics).value_or(false);
     }},
    {"ttl", on_ttl<DefaultsDraft>},
    {"summary_options", on_summary_options<DefaultsDraft>},
    {"histogram_options", on_histogram_options<DefaultsDraft>},
    {"drop_tags", on_extension_key<DefaultsDraft, &ExtensionKeysDraft::drop_tags>},
    {"rename_tags", on_extension_key<DefaultsDraft, &ExtensionKeysDraft::rename_tags>},
    {"on_conflict", on_extension_key<DefaultsDraft, &ExtensionKeysDraft::on_conflict>},
    {"relative_gauges", on_extension_key<DefaultsDraft, &ExtensionKeysDraft::relative_gauges>},
    {"honor_timestamps", on_extension_key<DefaultsDraft, &ExtensionKeysDraft::honor_timestamps>},
    {"publish", on_extension_key<DefaultsDraft, &ExtensionKeysDraft::publish>},
    {"set_options", on_extension_key<DefaultsDraft, &ExtensionKeysDraft::set_options>},
    {"timer_type", on_timer_type<DefaultsDraft>, "observer_type"},
    {"quantiles", on_quantiles<DefaultsDraft>, "summary_options.quantiles"},
    {"buckets", on_buckets<DefaultsDraft>, "histogram_options.buckets"},
}};

constexpr std::array<Key<RuleDraft>, 28> kRuleKeys{{
    {"match", [](const YamlNode& value, RuleDraft& draft,
                 Diagnostics& diagnostics) { draft.match = text_node(value, diagnostics); }},
    {"name", [](const YamlNode& value, RuleDraft& draft,
                Diagnostics& diagnostics) { draft.name = text_node(value, diagnostics); }},
    {"labels",
     [](const YamlNode& value, RuleDraft& draft, Diagnostics& diagnostics) {
       draft.labels = is_map(value, "labels", diagnostics) ? &value : nullptr;
     }},
    {"honor_labels",
     [](const YamlNode& value, RuleDraft& draft, Diagnostics& diagnostics) {
       draft.honor_labels = read_bool(value, diagnostics).value_or(false);
     }},
    {"observer_type", on_observer_type<RuleDraft>},
    {"match_type", on_match_type<RuleDraft>},
    {"help",
     [](const YamlNode& value, RuleDraft& draft, Diagnostics& diagnostics) {
       draft.help = read_text(value, diagnostics).value_or("");
     }},
    {"action", [](const YamlNode& value, RuleDraft& draft,
                  Diagnostics& diagnostics) { draft.action = read_action(value, diagnostics); }},
    {"match_metric_type",
     [](const YamlNode& value, RuleDraft& draft, Diagnostics& diagnostics) {
       draft.kind = read_kind(value, diagnostics);
     }},
    {"match_tags",
     [](const YamlNode& value, RuleDraft& draft, Diagnostics& diagnostics) {
       draft.match_tags = read_match_tags(value, diagnostics);
     }},
    {"ttl", on_ttl<RuleDraft>},
    {"summary_options", on_summary_options<RuleDraft>},
    {"histogram_options", on_rule_histogram_options},
    {"scale", [](const YamlNode& value, RuleDraft& draft,
                 Diagnostics& diagnostics) { draft.scale = read_number(value, diagnostics); }},
    {"drop_tags", on_extension_key<RuleDraft, &ExtensionKeysDraft::drop_tags>},
    {"rename_tags", on_extension_key<RuleDraft, &ExtensionKeysDraft::rename_tags>},
    {"unit", on_extension_key<RuleDraft, &ExtensionKeysDraft::unit>},
    {"distribution_unit", on_extension_key<RuleDraft, &ExtensionKeysDraft::distribution_unit>},
    {"as", on_extension_key<RuleDraft, &ExtensionKeysDraft::as>},
    {"max_series", on_extension_key<RuleDraft, &ExtensionKeysDraft::max_series>},
    {"on_conflict", on_extension_key<RuleDraft, &ExtensionKeysDraft::on_conflict>},
    {"relative_gauges", on_extension_key<RuleDraft, &ExtensionKeysDraft::relative_gauges>},
    {"honor_timestamps", on_extension_key<RuleDraft, &ExtensionKeysDraft::honor_timestamps>},
    {"publish", on_extension_key<RuleDraft, &ExtensionKeysDraft::publish>},
    {"set_options", on_extension_key<RuleDraft, &ExtensionKeysDraft::set_options>},
    {"timer_type", on_timer_type<RuleDraft>, "observer_type"},
    {"quantiles", on_quantiles<RuleDraft>, "summary_options.quantiles"},
    {"buckets", on_buckets<RuleDraft>, "histogram_options.buckets"},
}};

}  // namespace

RuleDraft read_rule(const YamlNode& entry, Diagnostics& diagnostics) {
  RuleDraft draft;
  draft.entry = &entry;
  const auto faults_before = diagnostics.error_count();
  read_map<RuleDraft>(entry, "a mapping", kRuleKeys, draft, diagnostics);
  draft.is_sound = diagnostics.error_count() == faults_before;
  return draft;
}

DefaultsDraft read_defaults(const YamlNode& value, Diagnostics& diagnostics) {
  DefaultsDraft draft;
  const auto unknown_before = diagnostics.unknown_key_count();
  read_map<DefaultsDraft>(value, "defaults", kDefaultsKeys, draft, diagnostics);
  if (diagnostics.unknown_key_count() > unknown_before) draft.is_match_type_known = false;
  return draft;
}

}  // namespace weir::rulefile
