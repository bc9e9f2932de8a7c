// SPDX-License-Identifier: Apache-2.0
#include "migrate/same_rules.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace weir::migrate {

namespace {

using mapping::ObserverType;
using mapping::Rule;

// `.nan` is a number, too.
bool is_same_scale(const std::optional<double>& a, const std::optional<double>& b) {
  return a == b || (a && b && std::isnan(*a) && std::isnan(*b));
}

// What is compared as it is. A member that is new does not compile here until it is compared.
auto plain_parts(const Rule& rule) {
  const auto& [index, line, match, match_type, kind, match_tags, action, name, labels, honor_labels,
               observer_type, is_observer_type_own, summary, histogram, help, ttl, scale, tags,
               timer_units_per_second, distribution_units_per_second, unit, is_up_down, is_total,
               series_max, on_conflict, has_relative_gauges, honors_timestamps, publish,
               set_window] = rule;
  return std::tie(index, match, match_type, kind, match_tags, action, honor_labels, observer_type,
                  is_observer_type_own, summary.max_age, summary.age_buckets, help, ttl, tags,
                  timer_units_per_second, distribution_units_per_second, unit, is_up_down, is_total,
                  series_max, on_conflict, has_relative_gauges, honors_timestamps, publish,
                  set_window);
}

bool is_same_label(const mapping::LabelRule& a, const mapping::LabelRule& b) {
  return a.name == b.name && a.value.expands_as(b.value);
}

bool has_same_options(const Rule& a, const Rule& b) {
  // Of a type that both have.
  const bool is_summary_same = a.observer_type == ObserverType::Histogram || a.summary == b.summary;
  const bool is_histogram_same =
      a.observer_type == ObserverType::Summary || a.histogram == b.histogram;
  return is_summary_same && is_histogram_same;
}

bool is_same_rule(const Rule& a, const Rule& b) {
  return plain_parts(a) == plain_parts(b) && is_same_scale(a.scale, b.scale) &&
         a.name.expands_as(b.name) && std::ranges::equal(a.labels, b.labels, is_same_label) &&
         has_same_options(a, b);
}

auto parts(const mapping::Defaults& defaults) {
  const auto& [observer_type, summary, histogram, ttl, tags, on_conflict, has_relative_gauges,
               honors_timestamps, publish, set_window] = defaults;
  return std::tie(observer_type, summary, histogram, ttl, tags, on_conflict, has_relative_gauges,
                  honors_timestamps, publish, set_window);
}

}  // namespace

std::optional<Difference> difference_of(const mapping::RuleSet& a, const mapping::RuleSet& b) {
  const bool is_file_same = parts(a.defaults()) == parts(b.defaults()) &&
                            a.is_glob_ordered() == b.is_glob_ordered() &&
                            a.rules().size() == b.rules().size();
  if (!is_file_same) return Difference{};
  for (std::size_t i = 0; i < a.rules().size(); ++i) {
    if (!is_same_rule(a.rules()[i], b.rules()[i])) return Difference{i};
  }
  return std::nullopt;
}

}  // namespace weir::migrate
