// SPDX-License-Identifier: Apache-2.0
#include "weir/pipeline/prepared_rules.h"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>

#include "weir/base/hash.h"
#include "weir/metrics/native_buckets.h"

namespace weir::pipeline {

namespace {

metrics::Definition histogram_definition(const mapping::HistogramOptions& histogram) {
  metrics::Definition made;
  made.type = metrics::Type::Histogram;
  made.bounds = histogram.buckets;
  // A factor up to 1 switches native buckets off (behaviour inherit.native-off).
  if (histogram.native_histogram_bucket_factor > 1) {
    made.native = {metrics::native_schema(histogram.native_histogram_bucket_factor),
                   histogram.native_histogram_max_buckets};
  }
  return made;
}

metrics::Definition summary_definition(const mapping::SummaryOptions& summary) {
  metrics::Definition made;
  made.type = metrics::Type::Summary;
  for (const auto& option : summary.quantiles) {
    made.objectives.push_back({option.quantile, option.error});
  }
  made.max_age = summary.max_age;
  made.age_buckets = summary.age_buckets;
  made.buffer_size = summary.buf_cap;
  return made;
}

metrics::GaugeKind gauge_kind(mapping::WindowStatistic statistic) {
  switch (statistic) {
    case mapping::WindowStatistic::Min: return metrics::GaugeKind::Min;
    case mapping::WindowStatistic::Max: return metrics::GaugeKind::Max;
    case mapping::WindowStatistic::Stddev: break;
  }
  return metrics::GaugeKind::Stddev;
}

// `from` is a rule or the defaults.
template <class From>
metrics::Definition definition(const From& from) {
  const bool is_summary = from.observer_type == mapping::ObserverType::Unset ||
                          from.observer_type == mapping::ObserverType::Summary;
  metrics::Definition made =
      is_summary ? summary_definition(from.summary) : histogram_definition(from.histogram);
  for (const auto statistic : from.publish) made.published.push_back(gauge_kind(statistic));
  if (from.publish.empty()) return made;
  // Of histograms, too: where nothing reads them they make no difference.
  made.max_age = from.summary.max_age;
  made.age_buckets = from.summary.age_buckets;
  return made;
}

template <class From>
std::optional<metrics::Definition> companion(const From& from) {
  if (from.observer_type != mapping::ObserverType::Both) return std::nullopt;
  return summary_definition(from.summary);
}

constexpr std::uint64_t kDefaultsOrigin = 1;

// What makes a rule the same rule after a reload, whatever it gives.
std::uint64_t origin(const mapping::Rule& rule) {
  std::string identity = rule.match;
  identity += '\n';
  identity += rule.name.source();
  identity += '\n';
  identity += static_cast<char>(rule.match_type);
  identity += rule.kind ? static_cast<char>('0' + static_cast<int>(*rule.kind)) : '*';
  for (const auto& [key, pattern] : rule.match_tags) {
    identity += '\n';
    identity += key;
    identity += '\n';
    identity += pattern;
  }
  return base::hash_bytes(identity, kDefaultsOrigin);
}

// Of several rules with the same identity the first counts, as in matching.
std::unordered_map<std::uint64_t, std::size_t> places_by_origin(const PreparedRules* rules) {
  std::unordered_map<std::uint64_t, std::size_t> places;
  if (rules == nullptr) return places;
  for (std::size_t i = 0; i < rules->sources.size(); ++i) {
    places.emplace(rules->sources[i].origin, i);
  }
  return places;
}

// Whether the rule at `place` makes the same of its samples as the one at `old_place` did.
bool is_same(const PreparedRules& prepared, std::size_t place, const PreparedRules& before,
             std::size_t old_place) {
  const auto& rule = prepared.rules->rules()[place];
  const auto& old = before.rules->rules()[old_place];
  return before.observers[old_place] == prepared.observers[place] &&
         before.companions[old_place] == prepared.companions[place] &&
         before.sets[old_place] == prepared.sets[place] && old.help == rule.help &&
         old.unit == rule.unit && old.scale.has_value() == rule.scale.has_value() &&
         old.distribution_units_per_second.has_value() ==
             rule.distribution_units_per_second.has_value() &&
         old.is_up_down == rule.is_up_down &&
         before.honors_timestamps[old_place] == prepared.honors_timestamps[place];
}

void find_sources(PreparedRules& prepared, const PreparedRules* before) {
  const auto known = places_by_origin(before);
  const auto rules = prepared.rules->rules();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    metrics::DefinitionSource source{origin(rules[i]), prepared.generation, &prepared.origins};
    const auto old = known.find(source.origin);
    if (old != known.end() && is_same(prepared, i, *before, old->second)) {
      source.generation = before->sources[old->second].generation;
    }
    prepared.origins.insert(source.origin);
    prepared.sources.push_back(source);
  }
  prepared.default_source = {kDefaultsOrigin, prepared.generation, &prepared.origins};
  prepared.origins.insert(kDefaultsOrigin);
  if (before != nullptr && before->default_observer == prepared.default_observer &&
      before->default_companion == prepared.default_companion &&
      before->default_set == prepared.default_set &&
      before->defaults_honor_timestamps == prepared.defaults_honor_timestamps) {
    prepared.default_source.generation = before->default_source.generation;
  }
}

void find_timestamps(const mapping::RuleSet& rules, RuleFallbacks fallbacks,
                     PreparedRules& prepared) {
  const auto decide = [&](const auto& from) {
    const bool honors = from.honors_timestamps.value_or(fallbacks.honors_timestamps);
    prepared.wants_timestamps |= honors;
    return honors;
  };
  for (const auto& rule : rules.rules()) prepared.honors_timestamps.push_back(decide(rule));
  prepared.defaults_honor_timestamps = decide(rules.defaults());
}

void find_sets(const mapping::RuleSet& rules, RuleFallbacks fallbacks, PreparedRules& prepared) {
  const auto set_of = [&](const auto& from) {
    metrics::Definition made;
    made.type = metrics::Type::Gauge;
    made.gauge = metrics::GaugeKind::Distinct;
    made.max_age = from.set_window.value_or(fallbacks.set_window);
    return made;
  };
  prepared.unasked_sets = fallbacks.sets;
  prepared.wants_sets = fallbacks.sets == Sets::Gauge;
  for (const auto& rule : rules.rules()) {
    prepared.sets.push_back(set_of(rule));
    prepared.wants_sets |= rule.kind == sample::EventKind::Set;
  }
  prepared.default_set = set_of(rules.defaults());
}

}  // namespace

std::shared_ptr<const PreparedRules> prepare(std::shared_ptr<const mapping::RuleSet> rules,
                                             std::uint32_t generation, const PreparedRules* before,
                                             RuleFallbacks fallbacks) {
  auto prepared = std::make_shared<PreparedRules>();
  prepared->generation = generation;
  prepared->observers.reserve(rules->rules().size());
  for (const auto& rule : rules->rules()) {
    prepared->observers.push_back(definition(rule));
    prepared->companions.push_back(companion(rule));
  }
  const auto& defaults = rules->defaults();
  prepared->default_observer = definition(defaults);
  prepared->default_companion = companion(defaults);
  find_timestamps(*rules, fallbacks, *prepared);
  find_sets(*rules, fallbacks, *prepared);
  prepared->rules = std::move(rules);
  find_sources(*prepared, before);
  return prepared;
}

}  // namespace weir::pipeline
