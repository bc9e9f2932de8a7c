// SPDX-License-Identifier: Apache-2.0
#include "mapping/rule_draft.h"

#include <array>

#include <fmt/format.h>

#include "mapping/fields.h"
#include "mapping/key_table.h"
#include "mapping/match_tags.h"

namespace weir::mapping {

namespace {

std::optional<ObserverType> read_observer_type(const YamlNode& value, Findings& findings) {
  const auto text = read_text(value, findings);
  if (!text) return std::nullopt;
  if (*text == "histogram") return ObserverType::Histogram;
  if (*text == "both") return ObserverType::Both;
  // An explicit empty string is a summary, as in the reference.
  if (*text == "summary" || text->empty()) return ObserverType::Summary;
  findings.fault(value.place, fmt::format("invalid observer type '{}'", shown(*text)),
                 "write histogram, summary or both");
  return std::nullopt;
}

std::optional<MatchType> read_match_type(const YamlNode& value, Findings& findings) {
  const auto text = read_text(value, findings);
  if (!text) return std::nullopt;
  if (*text == "regex") return MatchType::Regex;
  if (*text == "glob" || text->empty()) return MatchType::Glob;
  findings.fault(value.place, fmt::format("invalid match type \"{}\"", shown(*text)),
                 "write glob or regex");
  return std::nullopt;
}

Action read_action(const YamlNode& value, Findings& findings) {
  const auto text = read_text(value, findings).value_or("");
  if (text == "drop") return Action::Drop;
  if (text != "map" && !text.empty()) {
    findings.fault(value.place, fmt::format("invalid action type \"{}\"", shown(text)),
                   "write map or drop");
  }
  return Action::Map;
}

std::optional<statsd::EventKind> read_kind(const YamlNode& value, Findings& findings) {
  const auto text = read_text(value, findings);
  if (!text) return std::nullopt;
  if (*text == "counter") return statsd::EventKind::Counter;
  if (*text == "gauge") return statsd::EventKind::Gauge;
  if (*text == "observer") return statsd::EventKind::Observer;
  if (*text == "timer") {
    findings.warn_once(DiagnosticKind::OldKey, value.place,
                       "match_metric_type \"timer\" is from older releases",
                       "use \"observer\" instead");
    return statsd::EventKind::Observer;
  }
  findings.fault(value.place, fmt::format("invalid metric type '{}'", shown(*text)),
                 "write counter, gauge or observer, or leave the key out");
  return std::nullopt;
}

const YamlNode* unless_null(const YamlNode& value) {
  return value.kind == NodeKind::Null ? nullptr : &value;
}

const YamlNode* text_node(const YamlNode& value, Findings& findings) {
  return read_text(value, findings) ? &value : nullptr;
}

// Keys that `defaults` and an item of `mappings` have in common. A key of older releases never
// beats its replacement, wherever that stands.
template <class Draft>
void on_observer_type(const YamlNode& value, Draft& draft, Findings& findings) {
  if (const auto read = read_observer_type(value, findings)) draft.observer_type = read;
}
template <class Draft>
void on_timer_type(const YamlNode& value, Draft& draft, Findings& findings) {
  const auto old = read_observer_type(value, findings);
  if (!draft.observer_type) draft.observer_type = old;
}
template <class Draft>
void on_match_type(const YamlNode& value, Draft& draft, Findings& findings) {
  draft.match_type = read_match_type(value, findings);
}
template <class Draft>
void on_ttl(const YamlNode& value, Draft& draft, Findings& findings) {
  draft.ttl = read_duration(value, findings);
  if (!draft.ttl || draft.ttl->count() >= 0) return;
  findings.fault(value.place, fmt::format("ttl `{}` is negative", shown(value.text)),
                 "write a positive duration, or 0 for series that never expire");
}
template <class Draft>
void on_summary_options(const YamlNode& value, Draft& draft, Findings& findings) {
  draft.summary_options = unless_null(value);
  read_summary_options(value, draft.summary, findings);
}
template <class Draft>
void on_histogram_options(const YamlNode& value, Draft& draft, Findings& findings) {
  read_histogram_options(value, draft.histogram, findings);
}
void on_rule_histogram_options(const YamlNode& value, RuleDraft& draft, Findings& findings) {
  draft.histogram_options = unless_null(value);
  on_histogram_options(value, draft, findings);
}
template <class Draft>
void on_quantiles(const YamlNode& value, Draft& draft, Findings& findings) {
  auto old = read_quantiles(value, findings);
  if (!draft.summary.quantiles) draft.summary.quantiles = std::move(old);
}
template <class Draft>
void on_buckets(const YamlNode& value, Draft& draft, Findings& findings) {
  auto old = read_buckets(value, findings);
  if (!draft.histogram.buckets) draft.histogram.buckets = std::move(old);
}

template <class Draft, const YamlNode* OwnKeysDraft::*kKey>
void on_own_key(const YamlNode& value, Draft& draft, Findings& /*findings*/) {
  draft.own.*kKey = unless_null(value);
}

constexpr std::array<Key<DefaultsDraft>, 12> kDefaultsKeys{{
    {"observer_type", on_observer_type<DefaultsDraft>},
    {"match_type",
     [](const YamlNode& value, DefaultsDraft& draft, Findings& findings) {
       on_match_type(value, draft, findings);
       draft.is_match_type_known = draft.match_type || value.kind == NodeKind::Null;
     }},
    {"glob_disable_ordering",
     [](const YamlNode& value, DefaultsDraft& draft, Findings& findings) {
       draft.glob_disable_ordering = read_bool(value, findings).value_or(false);
     }},
    {"ttl", on_ttl<DefaultsDraft>},
    {"summary_options", on_summary_options<DefaultsDraft>},
    {"histogram_options", on_histogram_options<DefaultsDraft>},
    {"drop_tags", on_own_key<DefaultsDraft, &OwnKeysDraft::drop_tags>},
    {"rename_tags", on_own_key<DefaultsDraft, &OwnKeysDraft::rename_tags>},
    {"on_conflict", on_own_key<DefaultsDraft, &OwnKeysDraft::on_conflict>},
    {"timer_type", on_timer_type<DefaultsDraft>, "observer_type"},
    {"quantiles", on_quantiles<DefaultsDraft>, "summary_options.quantiles"},
    {"buckets", on_buckets<DefaultsDraft>, "histogram_options.buckets"},
}};

constexpr std::array<Key<RuleDraft>, 23> kRuleKeys{{
    {"match", [](const YamlNode& value, RuleDraft& draft,
                 Findings& findings) { draft.match = text_node(value, findings); }},
    {"name", [](const YamlNode& value, RuleDraft& draft,
                Findings& findings) { draft.name = text_node(value, findings); }},
    {"labels",
     [](const YamlNode& value, RuleDraft& draft, Findings& findings) {
       draft.labels = is_map(value, "labels", findings) ? &value : nullptr;
     }},
    {"honor_labels",
     [](const YamlNode& value, RuleDraft& draft, Findings& findings) {
       draft.honor_labels = read_bool(value, findings).value_or(false);
     }},
    {"observer_type", on_observer_type<RuleDraft>},
    {"match_type", on_match_type<RuleDraft>},
    {"help", [](const YamlNode& value, RuleDraft& draft,
                Findings& findings) { draft.help = read_text(value, findings).value_or(""); }},
    {"action", [](const YamlNode& value, RuleDraft& draft,
                  Findings& findings) { draft.action = read_action(value, findings); }},
    {"match_metric_type", [](const YamlNode& value, RuleDraft& draft,
                             Findings& findings) { draft.kind = read_kind(value, findings); }},
    {"match_tags", [](const YamlNode& value, RuleDraft& draft,
                      Findings& findings) { draft.match_tags = read_match_tags(value, findings); }},
    {"ttl", on_ttl<RuleDraft>},
    {"summary_options", on_summary_options<RuleDraft>},
    {"histogram_options", on_rule_histogram_options},
    {"scale", [](const YamlNode& value, RuleDraft& draft,
                 Findings& findings) { draft.scale = read_number(value, findings); }},
    {"drop_tags", on_own_key<RuleDraft, &OwnKeysDraft::drop_tags>},
    {"rename_tags", on_own_key<RuleDraft, &OwnKeysDraft::rename_tags>},
    {"unit", on_own_key<RuleDraft, &OwnKeysDraft::unit>},
    {"as", on_own_key<RuleDraft, &OwnKeysDraft::as>},
    {"max_series", on_own_key<RuleDraft, &OwnKeysDraft::max_series>},
    {"on_conflict", on_own_key<RuleDraft, &OwnKeysDraft::on_conflict>},
    {"timer_type", on_timer_type<RuleDraft>, "observer_type"},
    {"quantiles", on_quantiles<RuleDraft>, "summary_options.quantiles"},
    {"buckets", on_buckets<RuleDraft>, "histogram_options.buckets"},
}};

}  // namespace

RuleDraft read_rule(const YamlNode& entry, Findings& findings) {
  RuleDraft draft;
  draft.entry = &entry;
  const auto faults_before = findings.fault_count();
  read_map<RuleDraft>(entry, "a mapping", kRuleKeys, draft, findings);
  draft.is_sound = findings.fault_count() == faults_before;
  return draft;
}

DefaultsDraft read_defaults(const YamlNode& value, Findings& findings) {
  DefaultsDraft draft;
  const auto unknown_before = findings.unknown_key_count();
  read_map<DefaultsDraft>(value, "defaults", kDefaultsKeys, draft, findings);
  if (findings.unknown_key_count() > unknown_before) draft.is_match_type_known = false;
  return draft;
}

}  // namespace weir::mapping
